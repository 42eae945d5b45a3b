// async and await: sequences, exceptions, loops, cancellation, sources.
using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

static class Async
{
    static async Task<int> Add(int a, int b)
    {
        await Task.Yield();
        return a + b;
    }

    static async Task<int> Sum(int n)
    {
        int sum = 0;
        for (int i = 1; i <= n; i++)
            sum = await Add(sum, i);
        return sum;
    }

    static async Task Fail(string message)
    {
        await Task.Delay(1);
        throw new InvalidOperationException(message);
    }

    static async Task<string> Handle()
    {
        string log = "";
        try {
            log += "before ";
            await Fail("thrown later");
            log += "never ";
        } catch (InvalidOperationException e) {
            await Task.Yield();
            log += "caught " + e.Message + " ";
        } finally {
            await Task.Yield();
            log += "finally";
        }
        return log;
    }

    static async Task<int> Cancelled(CancellationToken token)
    {
        int turns = 0;
        try {
            while (true) {
                turns++;
                await Task.Delay(1);
                token.ThrowIfCancellationRequested();
            }
        } catch (OperationCanceledException) {
            return turns > 0 ? 1 : 0;
        }
    }

    static async Task Pipeline()
    {
        var source = new TaskCompletionSource<string>();
        Task<string> waiting = After(source.Task);
        source.SetResult("signal");
        Console.WriteLine(await waiting);
        var tasks = new List<Task<int>>();
        for (int i = 0; i < 5; i++)
            tasks.Add(Add(i, i * i));
        Console.WriteLine(string.Join(" ", await Task.WhenAll(tasks)));
        Task first = await Task.WhenAny(Task.Delay(10000), Task.FromResult(1));
        Console.WriteLine(first is Task<int>);
        using (var cancel = new CancellationTokenSource()) {
            Task<int> running = Cancelled(cancel.Token);
            cancel.Cancel();
            Console.WriteLine(await running);
        }
        Func<Task<int>> lambda = async () => await Add(20, 22);
        Console.WriteLine(await lambda());
    }

    static async Task<string> After(Task<string> task)
    {
        return "after " + await task.ConfigureAwait(false);
    }

    static void Main()
    {
        Console.WriteLine(Sum(10).Result);
        Console.WriteLine(Handle().Result);
        Pipeline().Wait();
        try {
            Fail("to Wait").Wait();
        } catch (AggregateException e) {
            Console.WriteLine(e.InnerExceptions[0].Message);
        }
        int total = 0;
        Parallel.For(0, 100, i => Interlocked.Add(ref total, i));
        Console.WriteLine(total);
    }
}
