// Every public method is one test; it returns whether it passed.
using System;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

struct Point { public int x, y; }
struct Vector { public double a, b, c; }
struct Floats { public float a, b; }

[StructLayout(LayoutKind.Sequential)]
struct Record
{
    public int k;
    public string name;
    public bool flag;
    [MarshalAs(UnmanagedType.ByValArray, SizeConst = 4)] public short[] arr;
    [MarshalAs(UnmanagedType.ByValTStr, SizeConst = 8)] public string fix;
}

class Handle : SafeHandleZeroOrMinusOneIsInvalid
{
    public static int Released;
    public Handle() : base(true) { }
    protected override bool ReleaseHandle()
    {
        Released++;
        return true;
    }
}

delegate int Callback(int a, string s);
delegate Point StructCallback(Point p, ref double d);

public static class Cases
{
    const string L = "interopcases";
    [DllImport(L)] static extern Point swap_point(Point p);
    [DllImport(L)] static extern Vector negate(Vector v);
    [DllImport(L)] static extern Floats twice(Floats f);
    [DllImport(L)] static extern int record_sum(Record r);
    [DllImport(L)] static extern void record_change(ref Record r);
    [DllImport(L)] static extern bool is_negative(int x);
    [DllImport(L)] [return: MarshalAs(UnmanagedType.U1)] static extern bool is_negative_byte(int x);
    [DllImport(L)] static extern sbyte minus_five();
    [DllImport(L)] static extern ushort all_ones();
    [DllImport(L)] static extern void fill(StringBuilder b, int n);
    [DllImport(L, CharSet = CharSet.Unicode)] static extern void fill_wide(StringBuilder b);
    [DllImport(L)] static extern string greet(string s);
    [DllImport(L)] static extern int sum_lengths(string[] a, int n);
    [DllImport(L)] static extern void set_all(out int a, out double d, out Point p);
    [DllImport(L)] static extern int call_back(Callback f);
    [DllImport(L)] static extern Callback get_callback();
    [DllImport(L)] static extern Handle make_handle();
    [DllImport(L, CharSet = CharSet.Unicode)] static extern int wide_length(string s);
    [DllImport(L)] static extern void increment_all(int[] a, int n);
    [DllImport(L)] static extern long sum_many(int a, long b, double c, float d, short e, sbyte f,
                                               long g, long h, double i, int j);
    [DllImport(L)] static extern int call_struct(StructCallback f);
    [DllImport("nosuchlibrary")] static extern void no_library();
    [DllImport(L)] static extern void no_function();
    [DllImport(L)] static extern void greet(object any);

    public static bool SmallStructsPassInRegisters()
    {
        Point p = swap_point(new Point { x = 1, y = 2 });
        Floats f = twice(new Floats { a = 1, b = 2 });
        return p.x == 2 && p.y == 1 && f.a == 2 && f.b == 4;
    }
    public static bool LargeStructsPassInMemory()
    {
        Vector v = negate(new Vector { a = 1, b = 2, c = 3 });
        return v.a == -1 && v.b == -2 && v.c == -3;
    }
    static Record Sample()
    {
        return new Record { k = 1, name = "abc", flag = true, arr = new short[] { 5, 6, 7, 8 }, fix = "xy" };
    }
    public static bool StructsConvertFieldByField()
    {
        return record_sum(Sample()) == 1 + 3 + 1 + 5 + 8 + 2;
    }
    public static bool ChangedStructsComeBack()
    {
        Record r = Sample();
        record_change(ref r);
        return r.k == 2 && !r.flag && r.arr[1] == 77 && r.fix == "native" && r.name == "static";
    }
    public static bool BooleansAreFourBytesUnlessMarked()
    {
        return is_negative(-1) && !is_negative(1) && is_negative_byte(-1) && !is_negative_byte(1);
    }
    public static bool SmallResultsAreExtended()
    {
        return minus_five() == -5 && all_ones() == 65535;
    }
    public static bool BuildersAreBuffers()
    {
        var b = new StringBuilder(32);
        fill(b, 32);
        bool narrow = b.ToString() == "filled by native";
        fill_wide(b);
        return narrow && b.ToString() == "wi";
    }
    public static bool StringsConvertBothWays()
    {
        return greet("yo\u00fc") == "hi yo\u00fc" && wide_length("w\u00e9b") == 3;
    }
    public static bool ArraysOfStringsConvert()
    {
        return sum_lengths(new[] { "a", "bb", "ccc" }, 3) == 6;
    }
    public static bool OutParametersAreSet()
    {
        int a;
        double d;
        Point p;
        set_all(out a, out d, out p);
        return a == 3 && d == 2.5 && p.x == 8 && p.y == 9;
    }
    public static bool NativeCodeCallsDelegates()
    {
        int k = 10;
        return call_back((a, s) => a + k + s.Length) == 18;
    }
    public static bool NativeCodeCallsDelegatesWithStructs()
    {
        return call_struct((Point p, ref double d) => {
            d = 5;
            return new Point { x = p.y, y = p.x };
        }) == 26;
    }
    public static bool NativeFunctionsBecomeDelegates()
    {
        return get_callback()(3, "four") == 7;
    }
    public static bool SafeHandlesComeBackOwned()
    {
        Handle handle = make_handle();
        bool valid = !handle.IsInvalid;
        handle.Dispose();
        return valid && Handle.Released == 1;
    }
    public static bool BlittableArraysAreShared()
    {
        var a = new[] { 1, 2, 3 };
        increment_all(a, 3);
        return a[0] == 2 && a[2] == 4;
    }
    public static bool ManyArgumentsKeepTheirOrder()
    {
        return sum_many(1, 2, 3, 4, 5, 6, 7, 8, 9, 10) == 55;
    }
    public static bool MissingLibrariesAreNamed()
    {
        try {
            no_library();
            return false;
        } catch (DllNotFoundException e) {
            return e.Message.Contains("nosuchlibrary");
        }
    }
    public static bool MissingFunctionsAreNamed()
    {
        try {
            no_function();
            return false;
        } catch (EntryPointNotFoundException e) {
            return e.Message.Contains("no_function");
        }
    }
    public static bool WhatHasNoNativeFormIsRefused()
    {
        try {
            greet(new object());
            return false;
        } catch (MarshalDirectiveException) {
            return true;
        }
    }
    public static bool ExceptionsCrossNativeFrames()
    {
        try {
            call_back((a, s) => { throw new InvalidOperationException("inside"); });
            return false;
        } catch (InvalidOperationException e) {
            return e.Message == "inside";
        }
    }
}
