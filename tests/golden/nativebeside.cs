// A library of C beside the program is found by its bare name, with and without prefix and
// suffix, whatever the current directory is.
using System;
using System.Runtime.InteropServices;

static class NativeBeside
{
    delegate int Function(int n);

    [DllImport("nativebeside")] static extern int twice(int n);
    [DllImport("libnativebeside")] static extern int apply(Function function, int n);
    [DllImport("libnativebeside.so", EntryPoint = "twice")] static extern int Again(int n);
    [DllImport("nativebeside")] static extern int no_such_function();
    [DllImport("nativebesides")] static extern int no_such_library();

    static void Main()
    {
        Console.WriteLine(twice(21));
        Console.WriteLine(apply(n => n * n, 7));
        Console.WriteLine(Again(4));
        try { no_such_function(); }
        catch (EntryPointNotFoundException) { Console.WriteLine("no such function"); }
        try { no_such_library(); }
        catch (DllNotFoundException) { Console.WriteLine("no such library"); }
    }
}
