// Exceptions that come out of tasks: what they are wrapped in, and traces over awaits.
using System;
using System.IO;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;

static class Program
{
    static string Source([CallerFilePath] string path = "") => path;

    static string Clean(string text) =>
        string.Join("\n", text.Replace(Path.GetDirectoryName(Source()) + "/", "").Split('\n')
            .Where(line => !line.Contains("System.Threading.")));

    [MethodImpl(MethodImplOptions.NoInlining)]
    static void Fail(string text) => throw new InvalidOperationException(text);

    static async Task Inner(string text)
    {
        await Task.Yield();
        Fail(text);
    }

    static async Task<int> Middle(string text)
    {
        await Inner(text);
        return 1;
    }

    static async Task Outer()
    {
        int n = await Middle("three levels");
        Console.WriteLine(n);
    }

    static async Task AtOnce()
    {
        Fail("at once");
        await Task.Yield();
    }

    static async Task CatchAndThrow()
    {
        try
        {
            await Inner("first");
        }
        catch (InvalidOperationException e)
        {
            await Task.Yield();
            throw new ApplicationException("second", e);
        }
    }

    static async Task Rethrow()
    {
        try
        {
            await Inner("again");
        }
        catch (Exception)
        {
            throw;
        }
    }

    static async Task Show(string what, Func<Task> action)
    {
        Console.WriteLine("== " + what);
        try
        {
            await action();
        }
        catch (Exception e)
        {
            Console.WriteLine(Clean(e.ToString()));
        }
    }

    static async Task Main()
    {
        await Show("levels", Outer);
        await Show("at once", AtOnce);
        await Show("catch and throw", CatchAndThrow);
        await Show("rethrow", Rethrow);
        await Show("when all", () => Task.WhenAll(Inner("one"), Inner("one")));
        await Show("cancelled", () => Task.Delay(-1, new CancellationToken(true)));
        Task task = Task.WhenAll(Inner("one"), Inner("two"));
        try
        {
            task.Wait();
        }
        catch (AggregateException e)
        {
            Console.WriteLine(string.Join(",", e.InnerExceptions.Select(i => i.Message).Order()));
            Console.WriteLine(e.Message.Length + " " + e.Flatten().InnerExceptions.Count);
        }
        try
        {
            Middle("result").GetAwaiter().GetResult();
        }
        catch (InvalidOperationException e)
        {
            Console.WriteLine(e.Message + " " + task.Status + " " + task.IsFaulted);
        }
    }
}
