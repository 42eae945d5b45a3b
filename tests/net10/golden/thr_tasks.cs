// Tasks, the thread pool, timers, cancellation, channels.
using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;

class Program
{
    static async Task<int> Fib(int n)
    {
        if (n < 2)
            return n;
        await Task.Yield();
        return await Fib(n - 1) + await Fib(n - 2);
    }

    static async Task Throws() { await Task.Delay(1); throw new InvalidOperationException("thrown later"); }

    static async IAsyncEnumerable<int> Numbers(int n)
    {
        for (int i = 0; i < n; i++)
        {
            await Task.Delay(1);
            yield return i;
        }
    }

    static async Task Channel_()
    {
        var channel = Channel.CreateBounded<int>(2);
        var writer = Task.Run(async () =>
        {
            for (int i = 0; i < 20; i++)
                await channel.Writer.WriteAsync(i);
            channel.Writer.Complete();
        });
        int sum = 0;
        await foreach (int i in channel.Reader.ReadAllAsync())
            sum += i;
        await writer;
        Console.WriteLine("channel " + sum);
    }

    static async Task Cancelled()
    {
        using var source = new CancellationTokenSource(10);
        try { await Task.Delay(Timeout.Infinite, source.Token); }
        catch (OperationCanceledException e) { Console.WriteLine(e.GetType() + " " + (e.CancellationToken == source.Token)); }
    }

    static async Task Timers()
    {
        int ticks = 0;
        var done = new TaskCompletionSource();
        using (new Timer(_ => { if (Interlocked.Increment(ref ticks) == 3) done.SetResult(); }, null, 1, 1))
            await done.Task;
        using var periodic = new PeriodicTimer(TimeSpan.FromMilliseconds(1));
        for (int i = 0; i < 3; i++)
            await periodic.WaitForNextTickAsync();
        Console.WriteLine("timers");
    }

    static async Task Main()
    {
        Console.WriteLine(await Fib(10));
        try { await Throws(); } catch (InvalidOperationException e) { Console.WriteLine(e.Message); }
        int sum = 0;
        await foreach (int i in Numbers(5))
            sum += i;
        Console.WriteLine(sum);
        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() => i * i)));
        Console.WriteLine(results.Sum());
        await Channel_();
        await Cancelled();
        await Timers();
        int count = 0;
        Parallel.For(0, 1000, _ => Interlocked.Increment(ref count));
        Console.WriteLine(count + " " + Enumerable.Range(0, 1000).AsParallel().Where(i => i % 3 == 0).Count());
        var bag = new ConcurrentDictionary<int, int>();
        Parallel.ForEach(Enumerable.Range(0, 100), i => bag.AddOrUpdate(i % 10, 1, (k, v) => v + 1));
        Console.WriteLine(string.Join(",", bag.OrderBy(p => p.Key).Select(p => p.Value)));
        try { Task.WaitAll(Task.Run(() => throw new ArgumentException("one")), Task.Run(() => throw new FormatException("two"))); }
        catch (AggregateException e) { Console.WriteLine(string.Join(" ", e.InnerExceptions.Select(i => i.Message).OrderBy(m => m))); }
        var item = new ManualResetEventSlim();
        ThreadPool.QueueUserWorkItem(_ => { Console.WriteLine(Thread.CurrentThread.IsThreadPoolThread + " " + Thread.CurrentThread.IsBackground); item.Set(); });
        item.Wait();
        var wake = new AutoResetEvent(false);
        item.Reset();
        RegisteredWaitHandle registered = ThreadPool.RegisterWaitForSingleObject(wake, (state, timedOut) => { Console.WriteLine(state + " " + timedOut); item.Set(); }, "registered", 10000, true);
        wake.Set();
        item.Wait();
        registered.Unregister(null);
        var semaphore = new SemaphoreSlim(1);
        await semaphore.WaitAsync();
        var waiting = semaphore.WaitAsync();
        semaphore.Release();
        await waiting;
        Console.WriteLine(await Task.WhenAny(Task.Delay(10000), Task.CompletedTask) == Task.CompletedTask);
        await Task.Factory.StartNew(() => Console.WriteLine("long " + Thread.CurrentThread.IsThreadPoolThread), TaskCreationOptions.LongRunning);
        long total = await new ValueTask<long>(5);
        Console.WriteLine(total);
    }
}
