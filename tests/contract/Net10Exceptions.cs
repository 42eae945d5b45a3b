// Ends in the way that its first argument names; a second one: with handlers.
using System;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;

static class P
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    static void A(int n)
    {
        if (n >= 0)
            throw new InvalidOperationException("boom", new Exception("inner"));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static int Deep(int n) => Deep(n + 1) + 1;

    [MethodImpl(MethodImplOptions.NoInlining)]
    static int Even(int n) => Odd(n + 1) + 1;

    [MethodImpl(MethodImplOptions.NoInlining)]
    static int Odd(int n) => Even(n + 1) + 1;

    class Generic<T>
    {
        public class Nest<U>
        {
            [MethodImpl(MethodImplOptions.NoInlining)]
            public int Deep<V>(T t, ref U u, V[] v, int[,] m, object o, DateTime d) =>
                Deep(t, ref u, v, m, o, d) + 1;
        }
    }

    class Finalized
    {
        ~Finalized() => A(1);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static void MakeFinalized() => new Finalized();

    class BadToString : Exception
    {
        public override string ToString() => throw new Exception("no");
    }

    class Bad
    {
        public static int Value;
        static Bad() => A(1);
    }

    static async Task Async()
    {
        await Task.Yield();
        A(1);
    }

    static void InThread(ThreadStart start)
    {
        var thread = new Thread(start);
        thread.Start();
        thread.Join();
        Thread.Sleep(-1);
    }

    static void WithHandlers()
    {
        AppDomain.CurrentDomain.UnhandledException += (sender, e) =>
            Console.WriteLine("handler " + ((Exception)e.ExceptionObject).Message + " " +
                              e.IsTerminating + " " + (sender == null));
        AppDomain.CurrentDomain.FirstChanceException += (sender, e) =>
            Console.WriteLine("first chance " + e.Exception.Message + " " + (sender == null));
    }

    static void Finally(bool filter)
    {
        try
        {
            A(1);
        }
        catch (Exception) when (filter && Console.Out == null)
        {
        }
        finally
        {
            Console.WriteLine("finally");
        }
    }

    static int Main(string[] args)
    {
        AppDomain domain = AppDomain.CurrentDomain;
        domain.ProcessExit += (sender, e) => Console.WriteLine("process exit");
        if (args.Length > 1)
            WithHandlers();
        int i = 0;
        switch (args[0])
        {
        case "main": A(1); break;
        case "finally": Finally(false); break;
        case "filter": Finally(true); break;
        case "thread": InThread(() => A(1)); break;
        case "threadfinally": InThread(() => Finally(false)); break;
        case "pool": ThreadPool.QueueUserWorkItem(_ => A(1)); Thread.Sleep(-1); break;
        case "finalizer": MakeFinalized(); GC.Collect(); Thread.Sleep(-1); break;
        case "stack": Deep(0); break;
        case "stack2": Even(0); break;
        case "stackthread": InThread(() => Deep(1)); break;
        case "stackgeneric":
            new Generic<string>.Nest<int>().Deep(null, ref i, new P2[0], null, null, default);
            break;
        case "stackcatch": try { Deep(0); } catch (Exception) { } break;
        case "failfast": Environment.FailFast("the message"); break;
        case "failfastcause": Environment.FailFast("the message", new Exception("cause")); break;
        case "failfastnull": Environment.FailFast(null); break;
        case "badtostring": throw new BadToString();
        case "static": Console.WriteLine(Bad.Value); break;
        case "async": Async().GetAwaiter().GetResult(); break;
        case "null": args = null; Console.WriteLine(args.Length); break;
        case "exit": domain.UnhandledException += (s, e) => Environment.Exit(7); A(1); break;
        case "handlerthrows":
            domain.UnhandledException += (s, e) => throw new Exception("in handler");
            A(1);
            break;
        case "exitthrows": domain.ProcessExit += (s, e) => throw new Exception("in exit"); break;
        case "rethrow": try { A(1); } catch { throw; } break;
        case "memory": throw new OutOfMemoryException();
        case "stacktype": throw new StackOverflowException();
        case "code": Environment.ExitCode = 5; A(1); break;
        }
        Console.WriteLine("end");
        return 2;
    }

    class P2 { }
}
