// An exception that nobody catches on a thread of the pool: another exit code than elsewhere.
using System;
using System.Threading;

static class PoolThrow
{
    static void Main()
    {
        AppDomain.CurrentDomain.UnhandledException += (sender, args) => {
            Console.WriteLine("{0} {1}", args.IsTerminating, ((Exception)args.ExceptionObject).Message);
        };
        ThreadPool.QueueUserWorkItem(state => {
            throw new InvalidOperationException("on the pool");
        });
        Thread.Sleep(Timeout.Infinite);
    }
}
