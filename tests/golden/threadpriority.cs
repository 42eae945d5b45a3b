// A thread keeps the priority that it was given, before it runs and while it does. (Mono
// aborts for values that are none and for threads that have ended.)
using System;
using System.Threading;

static class ThreadPriorities
{
    static void Try(string what, Action action)
    {
        try
        {
            action();
            Console.WriteLine(what);
        }
        catch (Exception e)
        {
            Console.WriteLine(what + " " + e.GetType().Name);
        }
    }

    static void Main()
    {
        Thread self = Thread.CurrentThread;
        Console.WriteLine(self.Priority);
        foreach (ThreadPriority priority in Enum.GetValues(typeof(ThreadPriority)))
        {
            self.Priority = priority;
            Console.WriteLine(Thread.CurrentThread.Priority);
        }
        Try("77", () => self.Priority = (ThreadPriority)77);
        Try("-1", () => self.Priority = (ThreadPriority)(-1));
        Console.WriteLine(self.Priority);

        var thread = new Thread(() =>
        {
            Console.WriteLine("runs at " + Thread.CurrentThread.Priority);
            Thread.CurrentThread.Priority = ThreadPriority.BelowNormal;
        });
        Console.WriteLine(thread.Priority);
        thread.Priority = ThreadPriority.AboveNormal;
        Console.WriteLine(thread.Priority);
        thread.Start();
        thread.Join();
        Try("ended", () => thread.Priority = ThreadPriority.Normal);
        Console.WriteLine(self.Priority);

        var done = new ManualResetEvent(false);
        ThreadPool.QueueUserWorkItem(state =>
        {
            Console.WriteLine("pool " + Thread.CurrentThread.Priority);
            done.Set();
        });
        done.WaitOne();
    }
}
