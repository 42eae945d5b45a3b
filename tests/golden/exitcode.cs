// The code that Main returns, with output still buffered and a thread still running.
using System;
using System.IO;
using System.Threading;

static class ExitCode
{
    static int Main(string[] args)
    {
        new Thread(() => Thread.Sleep(Timeout.Infinite)) { IsBackground = true }.Start();
        AppDomain.CurrentDomain.ProcessExit += (sender, e) => Console.WriteLine("leaving");
        Console.Out.Write("arguments: {0}\n", args.Length);
        Console.Error.WriteLine("on stderr");
        Console.WriteLine(Console.In.ReadToEnd().Length);
        return 42;
    }
}
