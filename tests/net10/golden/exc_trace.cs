// Traces of exceptions with their lines; the name of the source's folder is cut off.
using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Threading;

namespace Some.Space
{
    class Generic<T>
    {
        [MethodImpl(MethodImplOptions.NoInlining)]
        public static void Throw<U>(T one, ref U two, out int three, U[] four, List<T> five)
        {
            three = 0;
            throw new Exception("generic");
        }

        public int this[int index]
        {
            [MethodImpl(MethodImplOptions.NoInlining)]
            get => throw new IndexOutOfRangeException("indexer " + index);
        }

        public class Nested
        {
            [MethodImpl(MethodImplOptions.NoInlining)]
            public Nested(int i)
            {
                if (i > 0)
                    throw new ArgumentException("bad", nameof(i));
            }
        }
    }
}

static class Program
{
    static string Clean(string text)
    {
        string folder = Path.GetDirectoryName(Source());
        return text?.Replace(folder + "/", "");
    }

    static string Source([CallerFilePath] string path = "") => path;

    static void Show(string what, Action action)
    {
        Console.WriteLine("== " + what);
        try
        {
            action();
        }
        catch (Exception e)
        {
            Console.WriteLine(Clean(e.ToString()));
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static void Level3(int x)
    {
        if (x == 0)
            throw new InvalidOperationException("level 3");
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static void Level2(string s)
    {
        Level3(s.Length);
        Console.WriteLine("not here");
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static void Level1()
    {
        Level2("");
        Console.WriteLine("nor here");
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static void Rethrow()
    {
        try
        {
            Level1();
        }
        catch (InvalidOperationException)
        {
            Console.WriteLine("caught");
            throw;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static void RethrowOwn()
    {
        try
        {
            throw new Exception("own");
        }
        catch (Exception)
        {
            Console.WriteLine("caught");
            throw;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static void ThrowAgain()
    {
        try
        {
            Level1();
        }
        catch (InvalidOperationException e)
        {
            throw e;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static void Wrap()
    {
        try
        {
            Level1();
        }
        catch (InvalidOperationException e)
        {
            throw new ApplicationException("outer", e);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static void Dispatch(ExceptionDispatchInfo info)
    {
        info.Throw();
    }

    static ExceptionDispatchInfo Capture()
    {
        try
        {
            Level1();
        }
        catch (Exception e)
        {
            return ExceptionDispatchInfo.Capture(e);
        }
        return null;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static void Finally()
    {
        try
        {
            Level1();
        }
        finally
        {
            Console.WriteLine("finally");
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static void Filter()
    {
        try
        {
            Level1();
        }
        catch (Exception e) when (ShowTrace("in the filter", e))
        {
            Console.WriteLine("never");
        }
    }

    static bool ShowTrace(string where, Exception e)
    {
        Console.WriteLine(where + ":");
        Console.WriteLine(Clean(e.StackTrace));
        return false;
    }

    static IEnumerable<int> Iterator(int n)
    {
        yield return 1;
        Level3(n);
        yield return 2;
    }

    static void Local()
    {
        void Inner(int depth)
        {
            if (depth == 0)
                Level1();
            else
                Inner(depth - 1);
        }
        Inner(1);
    }

    [StackTraceHidden]
    [MethodImpl(MethodImplOptions.NoInlining)]
    static void Hidden() => Level1();

    [MethodImpl(MethodImplOptions.NoInlining)]
    static void CallHidden()
    {
        Hidden();
        Console.WriteLine();
    }

    class Bad
    {
        public static int Value;
        static Bad() { Level1(); }
    }

    static void Main()
    {
        Show("plain", () => Level1());
        Show("rethrow", () => Rethrow());
        Show("rethrow own", () => RethrowOwn());
        Show("throw again", () => ThrowAgain());
        Show("wrap", () => Wrap());
        Show("dispatch", () => Dispatch(Capture()));
        Show("dispatch twice", () =>
        {
            ExceptionDispatchInfo info = Capture();
            try { Dispatch(info); } catch (Exception) { }
            Dispatch(info);
        });
        Show("dispatch of a dispatched one", () =>
        {
            ExceptionDispatchInfo info = Capture();
            try { Dispatch(info); } catch (Exception e) { info = ExceptionDispatchInfo.Capture(e); }
            Dispatch(info);
        });
        Show("dispatch unthrown", () => Dispatch(ExceptionDispatchInfo.Capture(new Exception("new"))));
        Show("set current", () => throw ExceptionDispatchInfo.SetCurrentStackTrace(new Exception("current")));
        Show("set remote", () => throw ExceptionDispatchInfo.SetRemoteStackTrace(new Exception("remote"), "   at Far.Away()"));
        Show("finally", () => Finally());
        Show("filter", () => Filter());
        Show("generic", () =>
        {
            int i = 0, k;
            Some.Space.Generic<string>.Throw("", ref i, out k, null, null);
        });
        Show("indexer", () => Console.WriteLine(new Some.Space.Generic<int>()[3]));
        Show("nested ctor", () => new Some.Space.Generic<int>.Nested(1));
        Show("iterator", () => { foreach (int i in Iterator(0)) Console.WriteLine(i); });
        Show("local", () => Local());
        Show("hidden", () => CallHidden());
        Show("static constructor", () => Console.WriteLine(Bad.Value));
        Show("null", () => Console.WriteLine(((string)null).Length));
        Show("divide", () => { int zero = 0; Console.WriteLine(1 / zero); });
        Show("aggregate", () => throw new AggregateException("many", new Exception("one"), new Exception("two")));
        Show("list", () => Console.WriteLine(new List<int>()[1]));
        Show("dictionary", () => Console.WriteLine(new Dictionary<string, int>()["k"]));
        Show("linq", () => Console.WriteLine(new int[0].First()));
        try
        {
            Level1();
        }
        catch (Exception e)
        {
            Console.WriteLine("== target site");
            Console.WriteLine(e.TargetSite + " " + e.TargetSite.DeclaringType + " " + e.Source);
            var trace = new StackTrace(e, true);
            foreach (StackFrame frame in trace.GetFrames())
                Console.WriteLine($"{frame.GetMethod()} {Clean(frame.GetFileName())} {frame.GetFileLineNumber()} {frame.GetFileColumnNumber()} {frame.HasSource()} {frame.HasILOffset()}");
        }
    }
}
