// Threads that have all signals blocked: those that native code makes so call managed code while
// others collect, and a thread of the program blocks them itself.
using System.Runtime.InteropServices;

static unsafe class Program
{
    [DllImport("libc")] static extern int sigfillset(byte* set);
    [DllImport("libc")] static extern int pthread_sigmask(int how, byte* set, byte* old);
    [DllImport("libc")] static extern int sigprocmask(int how, byte* set, byte* old);
    [DllImport("libc")] static extern int pthread_create(out nint t, nint attr, delegate* unmanaged<nint, nint> f, nint arg);
    [DllImport("libc")] static extern int pthread_join(nint t, nint ret);
    const int Block = 0, Set = 2;

    static volatile bool ended;
    static int n;

    [UnmanagedCallersOnly] static nint Body(nint x) { n++; return new byte[100].Length; }

    static void MakeThreads()
    {
        byte* all = stackalloc byte[128], old = stackalloc byte[128];
        sigfillset(all);
        for (int i = 0; i < 100; i++)
        {
            pthread_sigmask(Set, all, old);
            pthread_create(out nint thread, 0, &Body, 0);
            pthread_sigmask(Set, old, null);
            pthread_join(thread, 0);
        }
        ended = true;
    }

    static void BlockAll(bool process)
    {
        byte* all = stackalloc byte[128];
        sigfillset(all);
        Console.WriteLine(process ? sigprocmask(Block, all, null) : pthread_sigmask(Block, all, null));
        ended = true;
        while (ended)
            Thread.Sleep(1);
    }

    static void Main()
    {
        new Thread(MakeThreads).Start();
        while (!ended)
            GC.Collect(0);
        Console.WriteLine(n);
        foreach (bool process in new[] { false, true })
        {
            ended = false;
            var thread = new Thread(() => BlockAll(process));
            thread.Start();
            while (!ended)
                Thread.Sleep(1);
            GC.Collect();
            ended = false;
            thread.Join();
        }
        Console.WriteLine("done");
    }
}
