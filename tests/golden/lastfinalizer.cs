// The process ends while a finalizer runs on its thread: that one is waited for.
using System;
using System.Threading;

class Slow
{
    public static volatile bool Running, Leaving;

    ~Slow()
    {
        Running = true;
        while (!Leaving)
            Thread.Sleep(1);
        Thread.Sleep(50);
        Console.WriteLine("finalized");
    }
}

static class LastFinalizer
{
    static void Make()
    {
        new Slow();
    }

    static void Main()
    {
        var maker = new Thread(Make);
        maker.Start();
        maker.Join();
        while (!Slow.Running) {
            GC.Collect();
            Thread.Sleep(1);
        }
        Console.WriteLine("leaving");
        Slow.Leaving = true;
    }
}
