// Calls of the C library: numbers, strings, structs, callbacks, errno, missing functions.
using System;
using System.Runtime.InteropServices;
using System.Text;

static class Interop
{
    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    delegate int Comparison(IntPtr a, IntPtr b);

    [StructLayout(LayoutKind.Sequential)]
    struct Division
    {
        public int Quotient, Remainder;
    }

    [StructLayout(LayoutKind.Sequential)]
    struct Time
    {
        public int Second, Minute, Hour, Day, Month, Year, WeekDay, YearDay, Saving;
        public long Offset;
        public IntPtr Zone;
    }

    [DllImport("libc")] static extern int getpid();
    [DllImport("libc")] static extern UIntPtr strlen(string text);
    [DllImport("libc", EntryPoint = "abs")] static extern int Absolute(int n);
    [DllImport("libm.so.6")] static extern double pow(double x, double y);
    [DllImport("libm.so.6")] static extern float sqrtf(float x);
    [DllImport("libc")] static extern Division div(int a, int b);
    [DllImport("libc")] static extern void qsort([In, Out] int[] items, UIntPtr count, UIntPtr size, Comparison compare);
    [DllImport("libc")] static extern IntPtr gmtime_r(ref long time, out Time result);
    [DllImport("libc")] static extern int snprintf(StringBuilder text, UIntPtr size, string format, int n);
    [DllImport("libc", SetLastError = true)] static extern int open(string path, int flags);
    [DllImport("libc")] static extern IntPtr getenv(string name);
    [DllImport("libc")] static extern int setenv(string name, string value, int overwrite);
    [DllImport("libc")] static extern int no_such_function_here();
    [DllImport("no-such-library")] static extern int nothing();

    struct Pair<T>
    {
        public T First, Second;
    }

    [StructLayout(LayoutKind.Sequential)]
    class Holder
    {
        public byte Tag;
        public long Value;
    }

    static void Sizes()
    {
        Type[] types = { typeof(int), typeof(bool), typeof(char), typeof(decimal), typeof(Time), typeof(Holder),
            typeof(Pair<short>), typeof(int*), typeof(string), typeof(int[]), typeof(DayOfWeek), typeof(Comparison) };
        foreach (Type type in types) {
            try {
                Console.WriteLine("{0}: {1}", type, Marshal.SizeOf(type));
            } catch (ArgumentException e) {
                Console.WriteLine(e.Message);
            }
        }
    }

    static void Main()
    {
        Sizes();
        Console.WriteLine("{0} {1}", getpid() > 1, getpid() == System.Diagnostics.Process.GetCurrentProcess().Id);
        Console.WriteLine("{0} {1}", strlen("twelve chars"), strlen("\u00e9"));
        Console.WriteLine("{0} {1} {2}", Absolute(-7), pow(2, 10), sqrtf(6.25f));
        Division division = div(17, 5);
        Console.WriteLine("{0} {1}", division.Quotient, division.Remainder);
        int[] items = { 5, 3, 9, -1, 7 };
        int calls = 0;
        qsort(items, (UIntPtr)items.Length, (UIntPtr)4, (a, b) => {
            calls++;
            return Marshal.ReadInt32(a).CompareTo(Marshal.ReadInt32(b));
        });
        Console.WriteLine("{0} {1}", string.Join(" ", items), calls > 4);
        long when = 1000000000;
        Time time;
        gmtime_r(ref when, out time);
        Console.WriteLine("{0} {1} {2} {3}:{4}", time.Year + 1900, time.Month + 1, time.Day, time.Hour, time.Minute);
        var text = new StringBuilder(32);
        Console.WriteLine("{0} {1}", snprintf(text, (UIntPtr)32, "<%05d>", 42), text);
        Console.WriteLine("{0} {1}", open("/no/such/file", 0), Marshal.GetLastWin32Error());
        setenv("CODICIL_TEST", "value", 1);
        Console.WriteLine(Marshal.PtrToStringAnsi(getenv("CODICIL_TEST")));
        Console.WriteLine(getenv("CODICIL_NO_SUCH") == IntPtr.Zero);
        try {
            no_such_function_here();
        } catch (EntryPointNotFoundException e) {
            Console.WriteLine("{0}: {1}", e.GetType().Name, e.Message);
        }
        try {
            nothing();
        } catch (DllNotFoundException e) {
            Console.WriteLine("{0}: {1}", e.GetType().Name, e.Message);
        }
        IntPtr ansi = Marshal.StringToHGlobalAnsi("round trip");
        Console.WriteLine(Marshal.PtrToStringAnsi(ansi, 5));
        Marshal.FreeHGlobal(ansi);
        IntPtr memory = Marshal.AllocHGlobal(Marshal.SizeOf(typeof(Division)));
        Marshal.StructureToPtr(division, memory, false);
        Console.WriteLine(((Division)Marshal.PtrToStructure(memory, typeof(Division))).Remainder);
        Marshal.FreeHGlobal(memory);
        Comparison managed = (a, b) => (int)a - (int)b;
        IntPtr code = Marshal.GetFunctionPointerForDelegate(managed);
        var back = (Comparison)Marshal.GetDelegateForFunctionPointer(code, typeof(Comparison));
        Console.WriteLine(back((IntPtr)9, (IntPtr)4));
    }
}
