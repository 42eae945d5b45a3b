// Events, semaphores, mutexes: waits for one, any and all, and handles that are none.
using System;
using System.Threading;
using Microsoft.Win32.SafeHandles;

class Program
{
    static void Try(string what, Action action)
    {
        try { action(); Console.WriteLine(what + ": ok"); }
        catch (Exception e) { Console.WriteLine(what + ": " + e.GetType() + " | " + e.Message + " | " + e.HResult.ToString("x")); }
    }

    static EventWaitHandle Of(long word)
    {
        var handle = new EventWaitHandle(false, EventResetMode.AutoReset);
        handle.SafeWaitHandle = new SafeWaitHandle((IntPtr)word, false);
        return handle;
    }

    static void Hostile()
    {
        var set = new ManualResetEvent(true);
        foreach (long word in new long[] { 12345, 0, -1, 4, 1L << 60 })
        {
            Try("wait " + word, () => Of(word).WaitOne(0));
            Try("set " + word, () => Of(word).Set());
            Try("reset " + word, () => Of(word).Reset());
            Try("any " + word, () => WaitHandle.WaitAny(new[] { Of(word) }, 0));
            Try("all " + word, () => WaitHandle.WaitAll(new[] { Of(word), set }, 0));
            Try("signal " + word, () => WaitHandle.SignalAndWait(Of(word), set, 0, false));
            Try("then wait " + word, () => WaitHandle.SignalAndWait(set, Of(word), 0, false));
            Try("mutex " + word, () => new Mutex { SafeWaitHandle = new SafeWaitHandle((IntPtr)word, false) }.ReleaseMutex());
            Try("semaphore " + word, () => new Semaphore(0, 1) { SafeWaitHandle = new SafeWaitHandle((IntPtr)word, false) }.Release());
        }
        var mutex = new Mutex();
        Try("set a mutex", () => new EventWaitHandle(false, EventResetMode.AutoReset) { SafeWaitHandle = mutex.SafeWaitHandle }.Set());
        var closed = new AutoResetEvent(true);
        IntPtr stale = closed.SafeWaitHandle.DangerousGetHandle();
        closed.Dispose();
        Try("stale", () => Of((long)stale).Set());
        Try("disposed", () => closed.Set());
    }

    static void Events()
    {
        var auto = new AutoResetEvent(true);
        var manual = new ManualResetEvent(false);
        Console.WriteLine(auto.WaitOne(0) + " " + auto.WaitOne(0) + " " + manual.WaitOne(1));
        manual.Set();
        Console.WriteLine(manual.WaitOne() + " " + manual.WaitOne(0));
        manual.Reset();
        var both = new WaitHandle[] { auto, manual };
        Console.WriteLine(WaitHandle.WaitAny(both, 1) == WaitHandle.WaitTimeout);
        manual.Set();
        Console.WriteLine(WaitHandle.WaitAny(both) + " " + WaitHandle.WaitAll(both, 1));
        new Thread(() => auto.Set()).Start();
        Console.WriteLine(WaitHandle.WaitAll(both));
        new Thread(() => { auto.WaitOne(); manual.Set(); }).Start();
        manual.Reset();
        Console.WriteLine(WaitHandle.SignalAndWait(auto, manual));
        Try("twice", () => WaitHandle.WaitAll(new[] { manual, manual }));
        Try("any twice", () => WaitHandle.WaitAny(new[] { manual, manual }));
        Try("none", () => WaitHandle.WaitAny(new WaitHandle[0]));
        Try("too many", () => WaitHandle.WaitAny(Array.ConvertAll(new int[65], i => (WaitHandle)new ManualResetEvent(true))));
        Try("named", () => new EventWaitHandle(false, EventResetMode.AutoReset, "name"));
        Try("interrupted", () => { Thread.CurrentThread.Interrupt(); manual.Reset(); manual.WaitOne(); });
        Interrupted("signaled", () => auto.WaitOne(), auto, manual);
        Interrupted("no time", () => auto.WaitOne(0), auto, manual);
        Interrupted("any", () => WaitHandle.WaitAny(both), auto, manual);
        Interrupted("all", () => WaitHandle.WaitAll(both), auto, manual);
        Interrupted("mutex", () => new Mutex().WaitOne(), auto, manual);
        Interrupted("semaphore", () => new Semaphore(1, 1).WaitOne(), auto, manual);
        Interrupted("signal and wait", () => WaitHandle.SignalAndWait(manual, auto), auto, manual);
        Interrupted("sleep of nothing", () => Thread.Sleep(0), auto, manual);
        Interrupted("sleep", () => Thread.Sleep(1), auto, manual);
        Interrupted("free lock", () => { lock (both) { } }, auto, manual);
        var ended = StartAndJoin();
        Interrupted("join of the dead", () => ended.Join(), auto, manual);
    }

    static Thread StartAndJoin()
    {
        var thread = new Thread(() => { });
        thread.Start();
        thread.Join();
        return thread;
    }

    // On a thread of its own, interrupted before it waits. The event is set before; manual is not.
    static void Interrupted(string what, Action wait, AutoResetEvent auto, ManualResetEvent manual)
    {
        auto.Set();
        manual.Reset();
        var thread = new Thread(() => { Thread.CurrentThread.Interrupt(); Try(what, wait); });
        thread.Start();
        thread.Join();
        Console.WriteLine("  still set: " + auto.WaitOne(0) + ", signaled: " + manual.WaitOne(0));
    }

    static void Semaphores()
    {
        var semaphore = new Semaphore(1, 2);
        Console.WriteLine(semaphore.WaitOne(0) + " " + semaphore.WaitOne(0));
        Console.WriteLine(semaphore.Release(2));
        Try("full", () => semaphore.Release());
        Try("signal a full one", () => WaitHandle.SignalAndWait(semaphore, new ManualResetEvent(true)));
        Try("zero", () => semaphore.Release(0));
        Try("bounds", () => new Semaphore(3, 2));
        var slim = new SemaphoreSlim(0);
        new Thread(() => slim.Release(2)).Start();
        slim.Wait();
        Console.WriteLine(slim.Wait(1000) + " " + slim.Wait(0) + " " + slim.CurrentCount);
    }

    static void Mutexes()
    {
        var mutex = new Mutex(true);
        Console.WriteLine(mutex.WaitOne());
        mutex.ReleaseMutex();
        bool other = true;
        var thread = new Thread(() => other = mutex.WaitOne(1));
        thread.Start();
        thread.Join();
        Console.WriteLine(other);
        mutex.ReleaseMutex();
        Try("not owned", () => mutex.ReleaseMutex());
        Try("signal one not owned", () => WaitHandle.SignalAndWait(mutex, new ManualResetEvent(true)));
        thread = new Thread(() => mutex.WaitOne());
        thread.Start();
        thread.Join();
        Try("abandoned", () => mutex.WaitOne());
        thread = new Thread(() => mutex.WaitOne());
        mutex.ReleaseMutex();
        thread.Start();
        thread.Join();
        try { WaitHandle.WaitAny(new WaitHandle[] { new ManualResetEvent(false), mutex }); }
        catch (AbandonedMutexException e) { Console.WriteLine(e.MutexIndex + " " + (e.Mutex == mutex)); }
    }

    static void Others()
    {
        var barrier = new Barrier(3, b => Console.WriteLine("phase " + b.CurrentPhaseNumber));
        var countdown = new CountdownEvent(2);
        for (int i = 0; i < 2; i++)
            new Thread(() => { barrier.SignalAndWait(); barrier.SignalAndWait(); countdown.Signal(); }).Start();
        barrier.SignalAndWait();
        barrier.SignalAndWait();
        countdown.Wait();
        Console.WriteLine(countdown.IsSet);
    }

    static void Main()
    {
        Hostile();
        Events();
        Semaphores();
        Mutexes();
        Others();
    }
}
