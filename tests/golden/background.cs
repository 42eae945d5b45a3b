// Threads in the background are still at it while the finalizers run at the end; mono loses
// that race once in a while.
using System;
using System.IO;
using System.Threading;

class Slow
{
    ~Slow()
    {
        Thread.Sleep(20);
        Console.WriteLine("finalized");
    }
}

static class Background
{
    static readonly AutoResetEvent never = new AutoResetEvent(false);
    static readonly Semaphore semaphore = new Semaphore(0, 1);
    static int running;

    static void Spin(WaitHandle handle)
    {
        Interlocked.Increment(ref running);
        while (!handle.WaitOne(0))
            continue;
    }

    static void ThrowLate()
    {
        while (!Environment.HasShutdownStarted)
            Thread.Yield();
        throw new InvalidOperationException("nobody sees this");
    }

    static void Start(Action body)
    {
        new Thread(() => body()) { IsBackground = true }.Start();
    }

    static void Main()
    {
        Start(() => Spin(never));
        Start(() => Spin(semaphore));
        Start(ThrowLate);
        var timer = new Timer(state => Interlocked.Increment(ref running), null, 0, 1);
        while (Volatile.Read(ref running) < 10)
            Thread.Sleep(1);
        new Slow();
        GC.KeepAlive(timer);
        Console.WriteLine("leaving");
    }
}
