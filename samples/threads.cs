// Threads, locks, Monitor.Wait and Pulse, events, the thread pool and tasks.
using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

class BoundedQueue<T>
{
    readonly Queue<T> items = new Queue<T>();
    readonly int limit;

    public BoundedQueue(int limit)
    {
        this.limit = limit;
    }

    public void Put(T item)
    {
        lock (items) {
            while (items.Count == limit)
                Monitor.Wait(items);
            items.Enqueue(item);
            Monitor.PulseAll(items);
        }
    }

    public T Take()
    {
        lock (items) {
            while (items.Count == 0)
                Monitor.Wait(items);
            T item = items.Dequeue();
            Monitor.PulseAll(items);
            return item;
        }
    }
}

static class Threads
{
    [ThreadStatic] static int perThread;
    static int shared, interlocked;

    static void Locks()
    {
        object gate = new object();
        var threads = new Thread[4];
        for (int i = 0; i < threads.Length; i++) {
            threads[i] = new Thread(() => {
                for (int k = 0; k < 2000; k++) {
                    lock (gate)
                        shared++;
                    Interlocked.Increment(ref interlocked);
                    perThread++;
                }
            });
            threads[i].Start();
        }
        foreach (Thread thread in threads)
            thread.Join();
        Console.WriteLine("{0} {1} {2}", shared, interlocked, perThread);
    }

    static void WaitAndPulse()
    {
        var queue = new BoundedQueue<int>(3);
        long sum = 0;
        var consumer = new Thread(() => {
            for (int item; (item = queue.Take()) >= 0;)
                sum += item;
        });
        consumer.Start();
        for (int i = 1; i <= 500; i++)
            queue.Put(i);
        queue.Put(-1);
        consumer.Join();
        Console.WriteLine("sum {0}", sum);
    }

    static void Events()
    {
        using (var ready = new ManualResetEvent(false))
        using (var done = new AutoResetEvent(false)) {
            string message = null;
            var thread = new Thread(start => {
                ready.WaitOne();
                message = "started with " + start;
                done.Set();
            }) { IsBackground = true, Name = "worker" };
            thread.Start(17);
            Console.WriteLine(done.WaitOne(1));
            ready.Set();
            done.WaitOne();
            Console.WriteLine("{0} by {1}", message, thread.Name);
            thread.Join();
        }
    }

    static void Pool()
    {
        int left = 20, total = 0;
        using (var done = new ManualResetEvent(false)) {
            for (int i = 1; i <= 20; i++)
                ThreadPool.QueueUserWorkItem(state => {
                    Interlocked.Add(ref total, (int)state);
                    if (Interlocked.Decrement(ref left) == 0)
                        done.Set();
                }, i);
            done.WaitOne();
        }
        Console.WriteLine("pool {0}", total);
    }

    static async Task<int> SlowSquare(int n)
    {
        await Task.Delay(1);
        return n * n;
    }

    static void Tasks()
    {
        Task<int> task = Task.Run(() => Enumerable.Range(1, 100).Sum());
        Console.WriteLine("task {0}", task.Result);
        Task<int[]> all = Task.WhenAll(Enumerable.Range(1, 5).Select(SlowSquare));
        Console.WriteLine("squares {0}", string.Join(" ", all.Result));
        Task failing = Task.Factory.StartNew(() => { throw new InvalidOperationException("inside"); });
        try {
            failing.Wait();
        } catch (AggregateException e) {
            Console.WriteLine("{0}: {1}", e.InnerException.GetType().Name, e.InnerException.Message);
        }
        Console.WriteLine("{0} {1}", failing.Status, task.ContinueWith(t => t.Result + 1).Result);
    }

    static void Main()
    {
        Locks();
        WaitAndPulse();
        Events();
        Pool();
        Tasks();
        try {
            Monitor.Exit(new object());
        } catch (SynchronizationLockException e) {
            Console.WriteLine(e.GetType().Name);
        }
    }
}
