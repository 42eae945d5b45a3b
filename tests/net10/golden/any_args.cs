using System;
using System.Runtime.InteropServices;
using System.Text;

// Objects that go to native code as what they are (UnmanagedType.AsAny).
static class P
{
    const string Lib = "any_args";
    [DllImport(Lib, EntryPoint = "any_numbers")] static extern long In([MarshalAs(UnmanagedType.AsAny)] object o, int n, int size);
    [DllImport(Lib, EntryPoint = "any_numbers")] static extern long InOut([In, Out, MarshalAs(UnmanagedType.AsAny)] object o, int n, int size);
    [DllImport(Lib, EntryPoint = "any_numbers")] static extern long Out([Out, MarshalAs(UnmanagedType.AsAny)] object o, int n, int size);
    [DllImport(Lib, EntryPoint = "any_numbers", CharSet = CharSet.Unicode)] static extern long InOut16([In, Out, MarshalAs(UnmanagedType.AsAny)] object o, int n, int size);
    [DllImport(Lib)] static extern int any_length8([MarshalAs(UnmanagedType.AsAny)] object o);
    [DllImport(Lib, CharSet = CharSet.Unicode)] static extern int any_length16([MarshalAs(UnmanagedType.AsAny)] object o);
    [DllImport(Lib)] static extern void any_fill8([In, Out, MarshalAs(UnmanagedType.AsAny)] object o);
    [DllImport(Lib, EntryPoint = "any_fill8")] static extern void any_fill8_in([In, MarshalAs(UnmanagedType.AsAny)] object o);
    [DllImport(Lib, EntryPoint = "any_fill8")] static extern void any_fill8_none([MarshalAs(UnmanagedType.AsAny)] object o);
    [DllImport(Lib, CharSet = CharSet.Unicode)] static extern void any_fill16([In, Out, MarshalAs(UnmanagedType.AsAny)] object o);
    [DllImport(Lib)] static extern int any_point([In, Out, MarshalAs(UnmanagedType.AsAny)] object o);
    [DllImport(Lib, EntryPoint = "any_point")] static extern int any_point_in([MarshalAs(UnmanagedType.AsAny)] object o);
    [DllImport(Lib)] static extern double any_pair([In, Out, MarshalAs(UnmanagedType.AsAny)] object o);
    [DllImport(Lib, EntryPoint = "any_pair")] static extern double any_pair_in([MarshalAs(UnmanagedType.AsAny)] object o);
    [DllImport(Lib, EntryPoint = "any_pair")] static extern double ByRef([MarshalAs(UnmanagedType.AsAny)] ref object o);
    [DllImport(Lib, EntryPoint = "any_pair")] [return: MarshalAs(UnmanagedType.AsAny)] static extern object Result();
    [DllImport(Lib, EntryPoint = "any_pair")] static extern double NoObject([MarshalAs(UnmanagedType.AsAny)] string o);


    [StructLayout(LayoutKind.Sequential)] class Point { public int X, Y; public string Name; }
    [StructLayout(LayoutKind.Sequential)] class Pair { public int A; public double B; }
    struct PairValue { public int A; public double B; }
    class Plain { public int A; }
    [StructLayout(LayoutKind.Auto)] struct Auto { public int A; }
    enum Small : byte { One = 1, Two = 2 }

    static void Try(string what, Func<object> f)
    {
        try { Console.WriteLine(what + ": " + f()); }
        catch (Exception e) { Console.WriteLine(what + ": " + e.GetType() + ": " + e.Message); }
    }
    static string Join<T>(T[] a) => string.Join(" ", a);

    static void Numbers<T>(int size, params T[] a) where T : struct
    {
        Try(typeof(T).Name, () => In(a, a.Length, size) + " | " + Join(a));
        Try(typeof(T).Name + " out", () => Out(a, a.Length, size) >= 0 ? Join(a) : "");
        Try(typeof(T).Name + " in, out", () => InOut(a, a.Length, size) + " | " + Join(a));
    }

    static void Main()
    {
        Numbers<byte>(1, 1, 2, 3);
        Numbers<sbyte>(1, 1, 2, 3);
        Numbers<short>(2, 1, 2, 300);
        Numbers<ushort>(2, 1, 2, 300);
        Numbers<int>(4, 1, 2, 300000);
        Numbers<uint>(4, 1, 2, 300000);
        Numbers<long>(8, 1, 2, 300000);
        Numbers<ulong>(8, 1, 2, 300000);
        Numbers<IntPtr>(8, (IntPtr)1, (IntPtr)2);
        Numbers<UIntPtr>(8, (UIntPtr)1, (UIntPtr)2);
        Numbers<Small>(1, Small.One, Small.Two);
        Numbers<char>(1, 'a', 'b', 'c');
        var chars = new[] { 'a', 'b', '\u00e4' };
        Try("char 16", () => InOut16(chars, 3, 2) + " | " + Join(chars));
        var bools = new[] { false, true, true };
        Try("bool", () => In(bools, 3, 4) + " | " + Join(bools));
        Try("empty", () => InOut(new int[0], 0, 4));
        Try("null", () => InOut(null, 0, 4));
        Try("matrix", () => InOut(new int[2, 2], 4, 4));
        Try("strings", () => InOut(new[] { "a" }, 1, 8));
        Try("structures", () => InOut(new PairValue[1], 1, 8));
        Try("decimals", () => InOut(new decimal[1], 1, 8));
        Try("objects", () => InOut(new object[1], 1, 8));

        Try("string", () => any_length8("text \u00e4"));
        Try("string 16", () => any_length16("text \u00e4"));
        Try("builder", () => any_length8(new StringBuilder("text \u00e4")));
        Try("builder 16", () => any_length16(new StringBuilder("text \u00e4")));
        foreach (bool wide in new[] { false, true })
        {
            var builder = new StringBuilder("before", 32);
            Try("filled", () => { if (wide) any_fill16(builder); else any_fill8(builder); return builder + " " + builder.Length; });
        }
        var only = new StringBuilder("before", 32);
        Try("filled, in", () => { any_fill8_in(only); return only; });
        Try("filled, none", () => { any_fill8_none(only); return only; });

        var point = new Point { X = 1, Y = 2, Name = "three" };
        Try("point in", () => any_point_in(point) + " | " + point.X + " " + point.Y + " " + point.Name);
        Try("point", () => any_point(point) + " | " + point.X + " " + point.Y + " " + point.Name);
        var pair = new Pair { A = 1, B = 2.5 };
        Try("pair in", () => any_pair_in(pair) + " | " + pair.A + " " + pair.B);
        Try("pair", () => any_pair(pair) + " | " + pair.A + " " + pair.B);
        object value = new PairValue { A = 1, B = 2.5 };
        Try("value in", () => any_pair_in(value) + " | " + ((PairValue)value).A);
        Try("value", () => any_pair(value) + " | " + ((PairValue)value).A);
        Try("int", () => In(5, 1, 4));
        Try("plain", () => any_pair(new Plain()));
        Try("auto", () => any_pair(new Auto()));
        Try("object", () => any_pair(new object()));
        Try("delegate", () => any_pair(new Action(() => { })));
        Try("by reference", () => ByRef(ref value));
        Try("result", () => Result());
        Try("no object", () => NoObject("a"));
    }
}
