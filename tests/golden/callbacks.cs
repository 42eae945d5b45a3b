// Native code that calls delegates with what is not blittable, custom marshalers, and
// arguments that are passed by pointer.
using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

static class Callbacks
{
    [StructLayout(LayoutKind.Sequential)]
    struct Item
    {
        public int Key;
        [MarshalAs(UnmanagedType.ByValTStr, SizeConst = 8)] public string Name;
    }

    [StructLayout(LayoutKind.Sequential)]
    class Pair
    {
        public int A, B;
    }

    [StructLayout(LayoutKind.Sequential)]
    class Outer
    {
        public byte First;
        public Pair Inner;
        public short Last;
    }

    [StructLayout(LayoutKind.Sequential, CharSet = CharSet.Unicode)]
    struct Wide
    {
        [MarshalAs(UnmanagedType.ByValTStr, SizeConst = 4)] public string Text;
        public int After;
    }

    [StructLayout(LayoutKind.Sequential)]
    class Time
    {
        public int Second, Minute, Hour, Day, Month, Year, WeekDay, YearDay, Saving;
        public long Offset;
        public IntPtr Zone;
    }

    // Puts brackets around what goes to native code, and braces around what comes.
    class Brackets : ICustomMarshaler
    {
        readonly string cookie;

        Brackets(string cookie) { this.cookie = cookie; }

        public static ICustomMarshaler GetInstance(string cookie)
        {
            Console.WriteLine("instance for {0}", cookie);
            return new Brackets(cookie);
        }

        public IntPtr MarshalManagedToNative(object managed)
        {
            Console.WriteLine("{0}: to native {1}", cookie, managed);
            return Marshal.StringToHGlobalAnsi("[" + managed + "]");
        }

        public object MarshalNativeToManaged(IntPtr native)
        {
            Console.WriteLine("{0}: to managed", cookie);
            return "{" + Marshal.PtrToStringAnsi(native) + "}";
        }

        public void CleanUpNativeData(IntPtr native)
        {
            Console.WriteLine("{0}: native is cleaned", cookie);
            Marshal.FreeHGlobal(native);
        }

        public void CleanUpManagedData(object managed)
        {
            Console.WriteLine("{0}: {1} is cleaned", cookie, managed);
        }

        public int GetNativeDataSize() { return -1; }
    }

    class NoInstance { }

    delegate int ByStruct(ref Item a, ref Item b);
    delegate int ByClass(Pair a, [In, Out] Pair b);
    delegate int ByArray([In, Out, MarshalAs(UnmanagedType.LPArray, SizeConst = 2)] int[] a,
                         [MarshalAs(UnmanagedType.LPArray, SizeConst = 2)] int[] b);
    delegate int ByLength(int[] a, int[] b);
    delegate int ByString([In] ref string a, [In] ref string b);
    [UnmanagedFunctionPointer(CallingConvention.Cdecl, CharSet = CharSet.Unicode)]
    delegate int ByWide(string a, string b);
    delegate int ByBuilder(StringBuilder a, string b);
    delegate int ByCustom(
        [MarshalAs(UnmanagedType.CustomMarshaler, MarshalTypeRef = typeof(Brackets), MarshalCookie = "callback")] object a,
        IntPtr b);

    [DllImport("libc")] static extern void qsort([In, Out] Item[] items, UIntPtr n, UIntPtr size, ByStruct compare);
    [DllImport("libc")] static extern void qsort(int[] items, UIntPtr n, UIntPtr size, ByClass compare);
    [DllImport("libc")] static extern void qsort(int[] items, UIntPtr n, UIntPtr size, ByArray compare);
    [DllImport("libc")] static extern void qsort(int[] items, UIntPtr n, UIntPtr size, ByLength compare);
    [DllImport("libc")] static extern void qsort(IntPtr[] items, UIntPtr n, UIntPtr size, ByString compare);
    [DllImport("libc")] static extern void qsort(byte[] items, UIntPtr n, UIntPtr size, ByWide compare);
    [DllImport("libc")] static extern void qsort(byte[] items, UIntPtr n, UIntPtr size, ByBuilder compare);
    [DllImport("libc")] static extern void qsort(byte[] items, UIntPtr n, UIntPtr size, ByCustom compare);

    [DllImport("libc")]
    [return: MarshalAs(UnmanagedType.CustomMarshaler, MarshalTypeRef = typeof(Brackets), MarshalCookie = "result")]
    static extern string strdup(
        [MarshalAs(UnmanagedType.CustomMarshaler, MarshalTypeRef = typeof(Brackets), MarshalCookie = "argument")] string text);
    [DllImport("libc", EntryPoint = "strlen")]
    static extern UIntPtr Unmarshaled(
        [MarshalAs(UnmanagedType.CustomMarshaler, MarshalTypeRef = typeof(NoInstance))] string text);
    [DllImport("libc", EntryPoint = "strlen")]
    static extern UIntPtr LengthOfAny([MarshalAs(UnmanagedType.AsAny)] object text);
    [DllImport("libc", EntryPoint = "strlen")] static extern UIntPtr LengthAt(HandleRef text);
    [DllImport("libc")]
    static extern int memcmp([MarshalAs(UnmanagedType.LPStruct)] Guid a, [MarshalAs(UnmanagedType.LPStruct)] Guid b, UIntPtr n);
    [DllImport("libc")] static extern IntPtr memset([In, Out] int[,] items, int value, UIntPtr n);
    [DllImport("libc")] static extern IntPtr gmtime_r(ref long time, [Out] Time result);
    [DllImport("libc", EntryPoint = "strlen")] static extern UIntPtr LengthOfChars(StringBuilder text);

    static void Show(string name, Func<object> ask)
    {
        try {
            Console.WriteLine("{0}: {1}", name, ask() ?? "null");
        } catch (Exception e) {
            Console.WriteLine("{0}: {1}", name, e.GetType());
        }
    }

    static object Delegates()
    {
        var items = new[] { new Item { Key = 3, Name = "three" }, new Item { Key = 1, Name = "one" } };
        qsort(items, (UIntPtr)2, (UIntPtr)Marshal.SizeOf(typeof(Item)), (ref Item a, ref Item b) => {
            Console.WriteLine("{0} {1}", a.Name, b.Name);
            a.Name = "seen " + a.Key;
            return a.Key - b.Key;
        });
        foreach (Item item in items)
            Console.WriteLine("{0} {1}", item.Key, item.Name);
        var numbers = new[] { 5, 6, 1, 2 };
        qsort(numbers, (UIntPtr)2, (UIntPtr)8, (Pair a, Pair b) => { a.B = -a.B; b.B = -b.B; return a.A - b.A; });
        Console.WriteLine(string.Join(" ", numbers));
        qsort(numbers, (UIntPtr)2, (UIntPtr)8, new ByArray((a, b) => {
            Console.WriteLine("{0} {1}", a.Length, b.Length);
            a[1] += 100;
            return b[0] - a[0];
        }));
        Console.WriteLine(string.Join(" ", numbers));
        var texts = new[] { Marshal.StringToHGlobalAnsi("pear"), Marshal.StringToHGlobalAnsi("apple") };
        qsort(texts, (UIntPtr)2, (UIntPtr)8, (ref string a, ref string b) => { int order = string.CompareOrdinal(a, b); return order; });
        Console.WriteLine(Marshal.PtrToStringAnsi(texts[0]));
        byte[] wide = Encoding.Unicode.GetBytes("xyz\0abc\0");
        qsort(wide, (UIntPtr)2, (UIntPtr)8, new ByWide((a, b) => { Console.WriteLine(a + b); int order = string.CompareOrdinal(a, b); return order; }));
        Console.WriteLine(Encoding.Unicode.GetString(wide, 0, 6));
        byte[] ascii = Encoding.ASCII.GetBytes("xyz\0abc\0");
        qsort(ascii, (UIntPtr)2, (UIntPtr)4, new ByBuilder((a, b) => { Console.WriteLine("{0} {1}", a, b); return 0; }));
        qsort(ascii, (UIntPtr)2, (UIntPtr)4, new ByCustom((a, b) => { Console.WriteLine(a); return 0; }));
        return "sorted";
    }

    static object Pointers()
    {
        Console.WriteLine(LengthOfAny("twelve chars"));
        IntPtr text = Marshal.StringToHGlobalAnsi("seven..");
        Console.WriteLine(LengthAt(new HandleRef(new object(), text)));
        Guid one = Guid.NewGuid();
        Console.WriteLine("{0} {1}", memcmp(one, one, (UIntPtr)16), memcmp(one, Guid.Empty, (UIntPtr)16) != 0);
        var grid = new int[2, 3];
        memset(grid, 1, (UIntPtr)24);
        Console.WriteLine(grid[1, 2]);
        long when = 1000000000;
        var time = new Time();
        gmtime_r(ref when, time);
        return time.Year;
    }

    static object Structures()
    {
        IntPtr memory = Marshal.AllocHGlobal(64);
        Marshal.StructureToPtr(new Outer { First = 1, Inner = new Pair { A = 2, B = 3 }, Last = 4 }, memory, false);
        var outer = (Outer)Marshal.PtrToStructure(memory, typeof(Outer));
        Console.WriteLine("{0} {1} {2}", outer.Inner.B, outer.Last, Marshal.SizeOf(typeof(Outer)));
        Marshal.StructureToPtr(new Wide { Text = "abcdef", After = 7 }, memory, false);
        var wide = (Wide)Marshal.PtrToStructure(memory, typeof(Wide));
        return wide.Text + wide.After + " " + Marshal.SizeOf(typeof(Wide));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static int SortOnce(int n)
    {
        var items = new[] { new Item(), new Item() };
        int calls = 0;
        qsort(items, (UIntPtr)2, (UIntPtr)Marshal.SizeOf(typeof(Item)), (ref Item a, ref Item b) => { calls += n; return 0; });
        return calls;
    }

    // What native code had of delegates that are garbage ends when others come.
    static object Garbage()
    {
        int sum = 0;
        for (int i = 0; i < 3000; i++) {
            sum += SortOnce(1);
            if (i % 500 == 499)
                GC.Collect();
        }
        return sum;
    }

    static void Main()
    {
        Show("delegates", Delegates);
        Show("garbage", Garbage);
        Show("no length", () => { qsort(new[] { 2, 1 }, (UIntPtr)2, (UIntPtr)4, new ByLength((a, b) => 0)); return 0; });
        Show("custom", () => strdup("text"));
        
        Show("no instance", () => Unmarshaled("text"));
        Show("pointers", Pointers);
        Show("any array", () => LengthOfAny(new[] { 1 }));
        Show("structures", Structures);
    }
}
