using System;
using System.Globalization;
using System.IO;
using System.Runtime.InteropServices;

// When ICU is loaded: with "early", by who opens the class library's own native library.
static class Net10Icu
{
    static bool Mapped => File.ReadAllText("/proc/self/maps").Contains("libicuuc");

    static unsafe void Early()
    {
        string path = Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location),
                                   "libSystem.Globalization.Native.so");
        IntPtr library = NativeLibrary.Load(path);
        var version = (delegate* unmanaged<int>)NativeLibrary.GetExport(library, "GlobalizationNative_GetICUVersion");
        Console.WriteLine(version() > 0);
    }

    static void Main(string[] args)
    {
        Console.WriteLine("hello");
        Console.WriteLine($"start {Mapped}");
        if (args.Length > 0)
            Early();
        else
            Console.WriteLine(1234.5.ToString("N1", new CultureInfo("de-DE")));
        Console.WriteLine($"end {Mapped}");
    }
}
