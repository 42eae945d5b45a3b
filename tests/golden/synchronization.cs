// More of threads: reader-writer locks, semaphores, barriers, timers, lazy values, joins.
using System;
using System.Collections.Concurrent;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

static class Synchronization
{
    static volatile bool stop;
    static int initialised;

    static void Waits()
    {
        var gate = new object();
        lock (gate)
            lock (gate)
                Console.WriteLine("{0} {1}", Monitor.IsEntered(gate), Monitor.Wait(gate, 1));
        bool taken = false;
        var holder = new Thread(() => {
            lock (gate)
                Thread.Sleep(30);
        });
        lock (gate) {
            holder.Start();
            taken = Task.Run(() => Monitor.TryEnter(gate, 1)).Result;
        }
        holder.Join();
        Console.WriteLine("{0} {1}", taken, holder.IsAlive);
        try {
            Monitor.Pulse(gate);
        } catch (SynchronizationLockException) {
            Console.WriteLine("not owned");
        }
    }

    static void Primitives()
    {
        using (var semaphore = new SemaphoreSlim(2))
        using (var barrier = new Barrier(3))
        using (var countdown = new CountdownEvent(3)) {
            int inside = 0, most = 0;
            for (int i = 0; i < 3; i++)
                new Thread(() => {
                    barrier.SignalAndWait();
                    semaphore.Wait();
                    int now = Interlocked.Increment(ref inside);
                    lock (semaphore)
                        most = Math.Max(most, now);
                    Thread.Sleep(2);
                    Interlocked.Decrement(ref inside);
                    semaphore.Release();
                    countdown.Signal();
                }).Start();
            countdown.Wait();
            Console.WriteLine("{0} {1}", most <= 2, semaphore.CurrentCount);
        }
        var rw = new ReaderWriterLockSlim();
        rw.EnterReadLock();
        Console.WriteLine("{0} {1}", rw.IsReadLockHeld, Task.Run(() => rw.TryEnterWriteLock(1)).Result);
        rw.ExitReadLock();
        var lazy = new Lazy<int>(() => Interlocked.Increment(ref initialised));
        Parallel.For(0, 8, i => { int unused = lazy.Value; });
        Console.WriteLine(initialised);
        using (var mutex = new Mutex(false))
            Console.WriteLine(mutex.WaitOne(0));
    }

    static void Spinning()
    {
        long turns = 0;
        var thread = new Thread(() => {
            while (!stop)
                turns++;
        });
        thread.Start();
        while (Volatile.Read(ref turns) == 0)
            Thread.Yield();
        stop = true;
        thread.Join();
        Console.WriteLine(turns > 0);
    }

    static void Exceptions()
    {
        Exception seen = null;
        var thread = new Thread(() => {
            try {
                throw new InvalidOperationException("on a thread");
            } catch (Exception e) {
                seen = e;
            }
        });
        thread.Start();
        thread.Join();
        Console.WriteLine(seen.Message);
        var sleeper = new Thread(() => {
            try {
                Thread.Sleep(Timeout.Infinite);
            } catch (ThreadInterruptedException) {
                Console.WriteLine("interrupted");
            }
        });
        sleeper.Start();
        sleeper.Interrupt();
        sleeper.Join();
    }

    static void Concurrent()
    {
        var bag = new ConcurrentDictionary<int, int>();
        Parallel.For(0, 200, i => bag.AddOrUpdate(i % 10, 1, (key, old) => old + 1));
        Console.WriteLine("{0} {1}", bag.Count, bag.Values.Sum());
        var queue = new BlockingCollection<int>(4);
        Task producer = Task.Run(() => {
            for (int i = 0; i < 50; i++)
                queue.Add(i);
            queue.CompleteAdding();
        });
        Console.WriteLine(queue.GetConsumingEnumerable().Sum());
        producer.Wait();
        Console.WriteLine(Enumerable.Range(0, 1000).AsParallel().Where(n => n % 3 == 0).Sum());
        int ticks = 0;
        using (var done = new ManualResetEvent(false))
        using (new Timer(state => {
            if (Interlocked.Increment(ref ticks) == 3)
                done.Set();
        }, null, 1, 1))
            done.WaitOne();
        Console.WriteLine(ticks >= 3);
        var local = new ThreadLocal<int>(() => 5);
        local.Value++;
        Console.WriteLine("{0} {1}", local.Value, Task.Run(() => local.Value).Result);
    }

    static void Names()
    {
        var thread = new Thread(() => Console.WriteLine(Thread.CurrentThread.Name)) { Name = "first" };
        thread.Start();
        thread.Join();
        try {
            thread.Name = "second";
        } catch (InvalidOperationException e) {
            Console.WriteLine(e.Message);
        }
        Console.WriteLine(thread.Name);
        Task.Run(() => Console.WriteLine(Thread.CurrentThread.Name)).Wait();
    }

    static void Main()
    {
        Names();
        Waits();
        Primitives();
        Spinning();
        Exceptions();
        Concurrent();
    }
}
