// The trace of native methods that can't be bound, an exception whose text is null, and
// Exit while an exception that nobody caught ends the process.
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

class NoText : Exception {
    public override string ToString() => null;
}

static class P {
    [DllImport("nolib")] static extern void Plain();
    [DllImport("nolib")] static extern int Marshals(string s, int[] a);
    [DllImport("libc")] static extern void nosuch();
    [DllImport("libc", SetLastError = true)] static extern int nosuch_error();
    [DllImport("libc")] static extern int getpid([MarshalAs(UnmanagedType.LPWStr)] int x);

    static void Try(Action action)
    {
        for (int i = 0; i < 2; i++)
            try {
                action();
            } catch (Exception e) {
                var lines = e.StackTrace.Split('\n').Where(l => l.Contains(" P."));
                Console.WriteLine($"{e.GetType().Name} {e.TargetSite}");
                foreach (string line in lines)
                    if (!line.Contains("P.Try") && !line.Contains("P.<"))
                        Console.WriteLine(line);
            }
    }

    static void Main()
    {
        Try(() => Plain());
        Try(() => Marshals("", null));
        Try(() => nosuch());
        Try(() => nosuch_error());
        Try(() => getpid(1));
        AppDomain.CurrentDomain.ProcessExit += (o, e) =>
            Console.WriteLine("exit " + Environment.ExitCode);
        try {
            throw new NoText();
        } finally {
            Environment.Exit(36);
        }
    }
}
