// Threads: start, join, states, names, interruption, what belongs to each.
using System;
using System.Threading;

class Program
{
    [ThreadStatic] static int perThread;
    static readonly ThreadLocal<int> local = new ThreadLocal<int>(() => 5);
    static readonly AsyncLocal<string> flowing = new AsyncLocal<string>();

    static void Try(string what, Action action)
    {
        try { action(); Console.WriteLine(what + ": ok"); }
        catch (Exception e) { Console.WriteLine(what + ": " + e.GetType() + " | " + e.Message); }
    }

    static Thread Ended()
    {
        var thread = new Thread(() => { });
        thread.Start();
        thread.Join();
        return thread;
    }

    static void States()
    {
        var go = new ManualResetEventSlim();
        var thread = new Thread(() => go.Wait()) { IsBackground = true, Name = "worker" };
        Console.WriteLine(thread.ThreadState + " " + thread.IsAlive + " " + thread.Name);
        thread.Start();
        while ((thread.ThreadState & ThreadState.WaitSleepJoin) == 0)
            Thread.Sleep(1);
        Console.WriteLine(thread.ThreadState + " " + thread.IsAlive);
        go.Set();
        thread.Join();
        Console.WriteLine(thread.ThreadState + " " + thread.IsAlive);
    }

    static void Refused()
    {
        var dead = Ended();
        Try("priority of the dead", () => Console.WriteLine(dead.Priority));
        Try("set priority of the dead", () => dead.Priority = ThreadPriority.Lowest);
        Try("background of the dead", () => Console.WriteLine(dead.IsBackground));
        Try("start again", () => dead.Start());
        Try("join before start", () => new Thread(() => { }).Join());
        Try("no priority", () => Thread.CurrentThread.Priority = (ThreadPriority)9);
        Try("join itself", () => Console.WriteLine(Thread.CurrentThread.Join(5)));
        Try("negative", () => Thread.Sleep(-2));
        Try("null", () => new Thread((ThreadStart)null));
        Try("wrong start", () => new Thread(() => { }).Start(1));
        Try("abort", () => { try { dead.GetType().GetMethod("Abort", Type.EmptyTypes).Invoke(dead, null); }
                             catch (System.Reflection.TargetInvocationException e) { throw e.InnerException; } });
        Console.WriteLine(Thread.CurrentThread.GetApartmentState());
        Console.WriteLine(Thread.CurrentThread.TrySetApartmentState(ApartmentState.STA));
    }

    static void Interruption()
    {
        var thread = new Thread(() => Try("sleeper", () => Thread.Sleep(Timeout.Infinite)));
        thread.Start();
        thread.Interrupt();
        thread.Join();
        object gate = new object();
        thread = new Thread(() => Try("waiter", () => { lock (gate) Monitor.Wait(gate); }));
        thread.Start();
        thread.Interrupt();
        thread.Join();
    }

    static void Own()
    {
        perThread = 1;
        local.Value = 10;
        flowing.Value = "main";
        var thread = new Thread(o =>
        {
            Console.WriteLine(perThread + " " + local.Value + " " + flowing.Value + " " + o);
            perThread = 2;
            flowing.Value = "other";
        });
        thread.Start("argument");
        thread.Join();
        Console.WriteLine(perThread + " " + local.Value + " " + flowing.Value);
        Console.WriteLine(Thread.CurrentThread.ManagedThreadId == Environment.CurrentManagedThreadId);
        var slot = Thread.AllocateDataSlot();
        Thread.SetData(slot, "slot");
        Console.WriteLine(Thread.GetData(slot));
    }

    static void Many()
    {
        int sum = 0;
        var threads = new Thread[50];
        for (int i = 0; i < threads.Length; i++)
        {
            int n = i;
            threads[i] = new Thread(() => Interlocked.Add(ref sum, n), 256 * 1024);
            threads[i].Start();
        }
        foreach (var thread in threads)
            thread.Join();
        Console.WriteLine(sum);
    }

    static void Main()
    {
        States();
        Refused();
        Interruption();
        Own();
        Many();
        Thread.CurrentThread.Name = "a";
        Thread.CurrentThread.Name = "b";
        Console.WriteLine(Thread.CurrentThread.Name + " " + Thread.Yield());
        Console.WriteLine(Thread.CurrentThread.Priority + " " + Thread.CurrentThread.IsBackground);
        Thread.SpinWait(100);
        Thread.MemoryBarrier();
        Interlocked.MemoryBarrierProcessWide();
        new Thread(() => { Thread.Sleep(50); Console.WriteLine("a foreground thread outlives Main"); }).Start();
    }
}
