// Threads: start, join, states, names, interruption, what belongs to each.
using System;
using System.IO;
using System.Runtime.CompilerServices;
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

    // The process is called as its main thread is: that name stays.
    static void SystemNames()
    {
        string process = File.ReadAllText("/proc/self/comm");
        Thread.CurrentThread.Name = "renamed";
        Console.WriteLine(File.ReadAllText("/proc/self/comm") == process);
        Thread thread = null;
        thread = new Thread(() => {
            Console.Write(File.ReadAllText("/proc/thread-self/comm"));
            thread.Name = "longer than fifteen";
            Console.Write(File.ReadAllText("/proc/thread-self/comm"));
        }) { Name = "short" };
        thread.Start();
        thread.Join();
        thread.Name = "of the dead";
        Console.WriteLine(thread.Name);
    }

    // Each level asks before it goes deeper: the answer is no before the stack is full.
    static int Deep(int depth) => RuntimeHelpers.TryEnsureSufficientExecutionStack() ? Deep(depth + 1) + 1 : depth - depth;

    static void Stacks()
    {
        Console.WriteLine(Deep(0) > 100);
        foreach (int size in new[] { 0, 1 << 20, 1 << 24 })
        {
            var thread = new Thread(() => Console.WriteLine(Deep(0) > 100), size);
            thread.Start();
            thread.Join();
        }
    }

    static void Main()
    {
        SystemNames();
        Stacks();
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
