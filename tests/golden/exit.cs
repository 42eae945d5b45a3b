// Environment.Exit from inside a try and another thread: finally blocks do not run.
using System;
using System.Threading;

static class Exit
{
    static void Main()
    {
        Environment.ExitCode = 9;
        var thread = new Thread(() => {
            try {
                Console.WriteLine("exiting");
                Environment.Exit(3);
            } finally {
                Console.WriteLine("never");
            }
        });
        thread.Start();
        Thread.Sleep(Timeout.Infinite);
    }
}
