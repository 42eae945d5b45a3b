// Monitors and locks: entering, leaving, waiting, pulses, what is refused.
using System;
using System.Collections.Generic;
using System.Threading;

class Program
{
    static void Try(string what, Action action)
    {
        try { action(); Console.WriteLine(what + ": ok"); }
        catch (Exception e) { Console.WriteLine(what + ": " + e.GetType() + " | " + e.Message); }
    }

    static void Refused()
    {
        object gate = new object();
        Try("exit", () => Monitor.Exit(gate));
        Try("wait", () => Monitor.Wait(gate));
        Try("pulse", () => Monitor.Pulse(gate));
        Try("pulse all", () => Monitor.PulseAll(gate));
        Try("enter null", () => Monitor.Enter(null));
        Try("try enter null", () => Monitor.TryEnter(null));
        Try("exit null", () => Monitor.Exit(null));
        Try("wait null", () => Monitor.Wait(null));
        Try("timeout", () => Monitor.TryEnter(gate, TimeSpan.FromDays(100)));
        Try("wait timeout", () => { lock (gate) Monitor.Wait(gate, -7); });
        Try("taken", () => { bool taken = true; Monitor.Enter(gate, ref taken); });
    }

    static void Nested()
    {
        object gate = new object();
        lock (gate)
            lock (gate)
                Console.WriteLine(Monitor.IsEntered(gate));
        Console.WriteLine(Monitor.IsEntered(gate));
        lock (gate)
        {
            bool other = true;
            var thread = new Thread(() => other = Monitor.TryEnter(gate) || Monitor.TryEnter(gate, 10));
            thread.Start();
            thread.Join();
            Console.WriteLine(other);
        }
        bool taken = false;
        Monitor.TryEnter(gate, 100, ref taken);
        Console.WriteLine(taken);
        Monitor.Exit(gate);
        lock (gate)
            Console.WriteLine(Monitor.Wait(gate, 1));
    }

    static void Queue()
    {
        var queue = new Queue<int>();
        int sum = 0;
        var consumer = new Thread(() =>
        {
            for (int got = 0; got < 1000; got++)
                lock (queue)
                {
                    while (queue.Count == 0)
                        Monitor.Wait(queue);
                    sum += queue.Dequeue();
                    Monitor.PulseAll(queue);
                }
        });
        consumer.Start();
        for (int i = 0; i < 1000; i++)
            lock (queue)
            {
                while (queue.Count > 3)
                    Monitor.Wait(queue);
                queue.Enqueue(i);
                Monitor.Pulse(queue);
            }
        consumer.Join();
        Console.WriteLine(sum);
    }

    static int counter;

    static void Contended(Action<Action> under, string what)
    {
        counter = 0;
        var threads = new Thread[4];
        for (int i = 0; i < threads.Length; i++)
        {
            threads[i] = new Thread(() =>
            {
                for (int k = 0; k < 2000; k++)
                    under(() => counter++);
            });
            threads[i].Start();
        }
        foreach (var thread in threads)
            thread.Join();
        Console.WriteLine(what + " " + counter);
    }

    static void Main()
    {
        Refused();
        Nested();
        Queue();
        object gate = new object();
        Lock own = new Lock();
        var spin = new SpinLock();
        var readers = new ReaderWriterLockSlim();
        Contended(a => { lock (gate) a(); }, "monitor");
        Contended(a => { lock (own) a(); }, "Lock");
        Contended(a => { bool taken = false; spin.Enter(ref taken); a(); spin.Exit(); }, "spin");
        Contended(a => { readers.EnterWriteLock(); a(); readers.ExitWriteLock(); }, "writer");
        using (own.EnterScope())
            Console.WriteLine(own.IsHeldByCurrentThread);
        Try("Lock.Exit", () => own.Exit());
        Console.WriteLine(Monitor.LockContentionCount >= 0);
    }
}
