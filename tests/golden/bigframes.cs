// Frames of any size at the end of the stack: large locals, large arguments by value,
// stackalloc and calls through delegates and reflection, on the main thread, a small one and
// one of the pool. Each overflow is an exception. Mono ends the process there (bigframes.expected).
using System;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Threading;

[StructLayout(LayoutKind.Sequential, Size = 900000)]
struct Huge { public long First; }

[StructLayout(LayoutKind.Sequential, Size = 300000)]
struct Large { public long First; }

delegate long Taker(int depth, Large value);

static class Program
{
    static long Locals(int depth)
    {
        Huge value = new Huge();
        value.First = depth;
        long below = Locals(depth + 1);
        return below + value.First;
    }

    static long ByValue(int depth, Large value)
    {
        value.First += depth;
        return ByValue(depth + 1, value) + value.First;
    }

    static Huge Result(int depth)
    {
        Huge value = Result(depth + 1);
        value.First++;
        return value;
    }

    static unsafe long OnStack(int depth)
    {
        byte* bytes = stackalloc byte[700000];
        bytes[depth % 700000] = 1;
        return OnStack(depth + 1) + bytes[0];
    }

    static Taker taker = ByDelegate;

    static long ByDelegate(int depth, Large value)
    {
        return taker(depth + 1, value) + value.First;
    }

    static readonly MethodInfo reflected =
        typeof(Program).GetMethod("Reflected", BindingFlags.NonPublic | BindingFlags.Static);

    static long Reflected(int depth, Large value)
    {
        try
        {
            return (long)reflected.Invoke(null, new object[] { depth + 1, value }) + value.First;
        }
        catch (TargetInvocationException e)
        {
            throw e.InnerException;
        }
    }

    static int Small(int depth)
    {
        Large value = new Large();
        value.First = depth;
        return depth == 0 ? 0 : Small(depth - 1) + (int)(value.First - depth) + 1;
    }

    static void Overflow(string name, Func<long> body)
    {
        try
        {
            Console.WriteLine(name + ": " + body());
        }
        catch (StackOverflowException)
        {
            Console.WriteLine(name + ": overflow");
        }
    }

    static void All(string where)
    {
        Console.WriteLine(where);
        Overflow("locals", () => Locals(0));
        Overflow("by value", () => ByValue(0, new Large()));
        Overflow("result", () => Result(0).First);
        Overflow("on the stack", () => OnStack(0));
        Overflow("by delegate", () => ByDelegate(0, new Large()));
        Overflow("reflected", () => Reflected(0, new Large()));
    }

    static void Main()
    {
        Console.WriteLine(Small(8));
        All("main");
        foreach (int size in new[] { 128 << 10, 1 << 20 })
        {
            int bytes = size;
            Thread thread = new Thread(() => All("thread of " + bytes), bytes);
            thread.Start();
            thread.Join();
        }
        ManualResetEvent done = new ManualResetEvent(false);
        ThreadPool.QueueUserWorkItem(ignored =>
        {
            All("pool");
            done.Set();
        });
        done.WaitOne();
        Console.WriteLine("end");
    }
}
