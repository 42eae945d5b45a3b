// Native code calls managed code on threads of its own: they become known by themselves, are
// background threads, and are let go when they end. pthread_exit ends a thread of managed code
// as its native caller's, without handlers.
using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Threading;

static class NativeThreads
{
    delegate int Function(int n);
    delegate long Many(sbyte a, ushort b, int c, long d, float e, double f, byte g, long h, int i,
                       double j, float k, double l, double m, double n, double o, double p, short q);

    [DllImport("nativethreads")] static extern int call_here(Function function, int n);
    [DllImport("nativethreads")] static extern int call_there(Function function, int n, int times);
    [DllImport("nativethreads", EntryPoint = "call_there")]
    static extern int CallThere(IntPtr function, int n, int times);
    [DllImport("nativethreads")] static extern int call_everywhere(Function function, int threads, int times);
    [DllImport("nativethreads")] static extern void start_endless(Function function, int n);
    [DllImport("nativethreads")] static extern int call_at_end(Function function, int n);
    [DllImport("nativethreads")] static extern int call_masked(Function function, int n, int kilobytes);
    [DllImport("nativethreads")] static extern void leave_thread();
    [DllImport("nativethreads")] static extern int sum_of(Many function);

    [ThreadStatic] static int calls;
    static int all;
    static Function endless;

    static int Describe(int n)
    {
        var self = Thread.CurrentThread;
        Console.WriteLine("  {0} {1} {2} {3} {4}", self.IsBackground, self.IsThreadPoolThread,
                          self.Name ?? "no name", self.IsAlive, ++calls);
        return n;
    }

    static int Catch(int n)
    {
        try {
            if (n % 2 == 0)
                throw new InvalidOperationException();
            string nothing = n < 0 ? "" : null;
            return nothing.Length;
        }
        catch (InvalidOperationException) { return 10; }
        catch (NullReferenceException) { return 100; }
        finally { Interlocked.Increment(ref all); }
    }

    static int Deep(int n)
    {
        return Deep(n + 1) + 1;
    }

    static int Overflow(int n)
    {
        try { return Deep(n); }
        catch (StackOverflowException) { return n; }
    }

    static int Allocate(int n)
    {
        var kept = new object[100];
        for (int i = 0; i < 2000; i++)
            kept[i % 100] = new int[i % 50 + n];
        if (n % 7 == 0)
            GC.Collect();
        int sum = 0;
        foreach (object o in kept)
            sum += ((int[])o).Length - n;
        return sum;
    }

    static int Lock(int n)
    {
        lock (typeof(NativeThreads))
            all += n;
        return 1;
    }

    static int Nested(int n)
    {
        return n == 0 ? 0 : call_there(Nested, n - 1, 1) + call_here(k => k, n);
    }

    // The collector stops threads that block its signals. Null would be the end of mono there.
    static int Masked(int n)
    {
        GC.Collect();
        return Catch(2 * n) + Allocate(n);
    }

    static void Attached()
    {
        Console.WriteLine("a thread of native code's own");
        Console.WriteLine(call_there(Describe, 5, 3));
        Console.WriteLine(call_there(Catch, 4, 4) + " " + all);
        Console.WriteLine(call_there(Overflow, 17, 2));
        Console.WriteLine(call_everywhere(Allocate, 6, 8));
        all = 0;
        Console.WriteLine(call_everywhere(Lock, 8, 100) + " " + all);
        Console.WriteLine(call_there(Nested, 5, 1));
        Console.WriteLine(call_at_end(Catch, 3));
        Console.WriteLine(call_masked(Masked, 4, 128) + call_masked(Masked, 5, 512));
    }

    static void Ended()
    {
        Thread seen = null;
        call_there(n => { seen = Thread.CurrentThread; return n; }, 1, 1);
        for (int i = 0; seen.IsAlive && i < 1000; i++)
            Thread.Sleep(10);
        Console.WriteLine("ended: {0}", !seen.IsAlive);
        int different = 0;
        for (int i = 0; i < 3; i++)
            call_there(n => { different += Thread.CurrentThread == seen ? 0 : 1; return n; }, i, 1);
        Console.WriteLine("others: {0}", different);
    }

    static int Static(int n)
    {
        return n * 3;
    }

    static void Pointer()
    {
        Function kept = n => n + 7;
        Console.WriteLine("pointers: {0} {1}", call_here(Static, 4),
                          CallThere(Marshal.GetFunctionPointerForDelegate(kept), 5, 2));
        GC.KeepAlive(kept);
    }

    static void Through()
    {
        try { call_here(n => { throw new InvalidOperationException("through native code"); }, 3); }
        catch (InvalidOperationException e) { Console.WriteLine(e.Message); }
        finally { Console.WriteLine("finally"); }
        try { call_here(m => call_here(n => { throw new FormatException("twice"); }, m) + 1, 3); }
        catch (FormatException e) { Console.WriteLine(e.Message); }
    }

    static void Leave(ThreadStart body)
    {
        var thread = new Thread(body);
        thread.Start();
        Console.WriteLine("left: {0} {1} {2}", thread.Join(10000), thread.IsAlive, thread.ThreadState);
    }

    static void Leaving()
    {
        Leave(leave_thread);
        Leave(() => {
            try { leave_thread(); }
            catch { Console.WriteLine("caught"); }
            finally { Console.WriteLine("finally"); }
        });
        Leave(() => call_here(n => { leave_thread(); return n; }, 1));
        call_there(n => { leave_thread(); return n; }, 1, 1);
        var waits = new Thread(() => { lock (typeof(string)) leave_thread(); });
        waits.Start();
        waits.Join();
        Console.WriteLine("its lock: {0}", Monitor.TryEnter(typeof(string), 50));
    }

    static void Main()
    {
        Attached();
        Ended();
        Pointer();
        Through();
        Leaving();
        Console.WriteLine(sum_of((a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q) =>
            (long)(a + 2 * b + 3 * c + 4 * d + 5 * e + 6 * f + 7 * g + 8 * h + 9 * i + 10 * j + 11 * k + 12 * l +
                   13 * m + 14 * n + 15 * o + 16 * p + 17 * q)));
        var ready = new ManualResetEvent(false);
        endless = n => { ready.Set(); return new string('x', n).Length; };
        start_endless(endless, 1);
        ready.WaitOne();
        Console.WriteLine("Main ends");
    }
}
