// Structures by value to and from native code: which registers, or memory, they take is a
// matter of their bytes (SysV ABI 3.2.3), however the layout came about: explicit, with
// unions, packed, with fixed buffers, with a size, nested, converted field by field.
// The expected output is what C says; Mono aborts where fields are not aligned.
using System;
using System.Runtime.InteropServices;

[StructLayout(LayoutKind.Explicit)] struct IntOrFloat { [FieldOffset(0)] public int i; [FieldOffset(0)] public float f; [FieldOffset(8)] public double d; }
[StructLayout(LayoutKind.Explicit)] struct LongOrDouble { [FieldOffset(0)] public long i; [FieldOffset(0)] public double f; }
[StructLayout(LayoutKind.Explicit)] struct Doubles { [FieldOffset(0)] public double a; [FieldOffset(8)] public double b; }
[StructLayout(LayoutKind.Explicit, Size = 16)] struct Variant { [FieldOffset(0)] public int kind; [FieldOffset(8)] public IntPtr p; [FieldOffset(8)] public double d; }
[StructLayout(LayoutKind.Sequential, Pack = 1)] struct Packed13 { public byte a; public int b; public double c; }
[StructLayout(LayoutKind.Sequential, Pack = 1)] struct Packed5 { public byte a; public int b; }
[StructLayout(LayoutKind.Sequential, Pack = 4)] struct Packed4 { public int a; public double b; }
[StructLayout(LayoutKind.Sequential, Pack = 1)] struct PackedFloats { public float a, b, c; }
unsafe struct Floats { public fixed float v[3]; }
unsafe struct IntFloats { public int q; public fixed float v[3]; }
unsafe struct TwoDoubles { public fixed double v[2]; }
unsafe struct Bytes16 { public fixed byte v[16]; }
unsafe struct Bytes17 { public fixed byte v[17]; }
unsafe struct Bytes3 { public fixed byte v[3]; }
[StructLayout(LayoutKind.Sequential, Size = 16)] struct Sized { public int a; }
struct FF { public float a, b; }
struct FI { public float a; public int b; }
struct Nested { public FF a; public FI b; }
struct Nested9 { public Bytes3 a, b, c; }
struct LD { public long a; public double b; }
struct Flag { public bool truth; public float f; }
struct Text { public string text; public double d; }
struct Embedded
{
    [MarshalAs(UnmanagedType.ByValTStr, SizeConst = 4)] public string name;
    [MarshalAs(UnmanagedType.ByValArray, SizeConst = 3)] public float[] v;
}
[StructLayout(LayoutKind.Explicit)] struct Words { [FieldOffset(0)] public FF f; [FieldOffset(8)] public FF g; [FieldOffset(0)] public int i; [FieldOffset(12)] public int j; }

static unsafe class PInvokeStructs
{
    const string L = "pinvokestructs";
    [DllImport(L)] static extern double int_or_float(IntOrFloat u);
    [DllImport(L)] static extern IntOrFloat make_int_or_float(float f);
    [DllImport(L)] static extern double long_or_double(LongOrDouble u, LongOrDouble v);
    [DllImport(L)] static extern LongOrDouble make_long_or_double(long i);
    [DllImport(L)] static extern double doubles(Doubles u);
    [DllImport(L)] static extern Doubles make_doubles(double a);
    [DllImport(L)] static extern double variant(Variant v);
    [DllImport(L)] static extern double packed13(Packed13 p, int x);
    [DllImport(L)] static extern Packed13 make_packed13(int x);
    [DllImport(L)] static extern double packed5(Packed5 p, int x);
    [DllImport(L)] static extern Packed5 make_packed5(int x);
    [DllImport(L)] static extern double packed4(Packed4 p, int x);
    [DllImport(L)] static extern Packed4 make_packed4(int x);
    [DllImport(L)] static extern float packed_floats(PackedFloats p);
    [DllImport(L)] static extern float floats(Floats a);
    [DllImport(L)] static extern Floats make_floats(float x);
    [DllImport(L)] static extern float int_floats(IntFloats a);
    [DllImport(L)] static extern IntFloats make_int_floats(int x);
    [DllImport(L)] static extern double two_doubles(TwoDoubles a);
    [DllImport(L)] static extern int bytes16(Bytes16 a, int x);
    [DllImport(L)] static extern int bytes17(Bytes17 a, int x);
    [DllImport(L)] static extern Bytes17 make_bytes17(int x);
    [DllImport(L)] static extern Bytes3 make_bytes3(int x);
    [DllImport(L)] static extern int sized(Sized a, int x);
    [DllImport(L)] static extern Sized make_sized(int x);
    [DllImport(L)] static extern double nested(Nested n);
    [DllImport(L)] static extern Nested make_nested(int x);
    [DllImport(L)] static extern int nested9(Nested9 n, int x);
    [DllImport(L)] static extern double flag(Flag f, int x);
    [DllImport(L)] static extern Flag make_flag(int x);
    [DllImport(L)] static extern double text(Text t, int x);
    [DllImport(L)] static extern Text make_text(double d);
    [DllImport(L)] static extern double embedded(Embedded e, int x);
    [DllImport(L)] static extern double words(Words w);
    [DllImport(L)] static extern double last_integer(double d, long a, long b, long c, long e, long f, LD s, int x, double y);
    [DllImport(L)] static extern double no_integer(double d, long a, long b, long c, long e, long f, long g, LD s, int x, double y);
    [DllImport(L)] static extern double one_integer(Bytes16 b, long a, long c, long e, Bytes16 s, int x, double y);
    [DllImport(L)] static extern double one_float(Doubles a, Doubles b, Doubles c, float d, Doubles s, double y, int x);
    [DllImport(L)] static extern Bytes17 into_memory(long a, long b, long c, long d, Bytes16 s, int x);

    delegate IntOrFloat OnIntOrFloat(IntOrFloat u, int x);
    delegate Packed5 OnPacked5(Packed5 p, int x, Packed13 q);
    delegate Floats OnFloats(Floats a, IntFloats b, float c);
    delegate LD OnMany(double d, long a, long b, long c, long e, long f, LD s, Bytes17 t, LD u, double y);
    delegate Flag OnFlag(Flag f, Text t);
    [DllImport(L)] static extern double call_int_or_float(OnIntOrFloat f);
    [DllImport(L)] static extern double call_packed5(OnPacked5 f);
    [DllImport(L)] static extern float call_floats(OnFloats f);
    [DllImport(L)] static extern double call_many(OnMany f);
    [DllImport(L)] static extern double call_flag(OnFlag f);
    [DllImport(L)] static extern IntPtr get_int_or_float();

    static Bytes16 Sixteen(int x)
    {
        Bytes16 b;
        for (int i = 0; i < 16; i++)
            b.v[i] = (byte)(x + i);
        return b;
    }

    static void Say(string what, params object[] values)
    {
        Console.WriteLine(what + " " + string.Join(" ", values));
    }

    static void Explicit()
    {
        Say("int_or_float", int_or_float(new IntOrFloat { f = 1.5f, d = 4 }));
        var r = make_int_or_float(2.5f);
        Say("make_int_or_float", r.f, r.d);
        Say("long_or_double", long_or_double(new LongOrDouble { f = 1.5 }, new LongOrDouble { f = 2.5 }));
        Say("make_long_or_double", make_long_or_double(1L << 40).i);
        Say("doubles", doubles(new Doubles { a = 1, b = 2 }));
        Say("make_doubles", make_doubles(3).a, make_doubles(3).b);
        Say("variant", variant(new Variant { kind = 1, d = 2 }));
        Say("words", words(new Words { i = 3, j = 4 }));
    }

    static void Packed()
    {
        Say("packed13", packed13(new Packed13 { a = 1, b = 2, c = 3.5 }, 9));
        Packed13 p = make_packed13(1);
        Say("make_packed13", p.a, p.b, p.c);
        Say("packed5", packed5(new Packed5 { a = 1, b = 2 }, 9));
        Say("make_packed5", make_packed5(5).a, make_packed5(5).b);
        Say("packed4", packed4(new Packed4 { a = 1, b = 2 }, 9));
        Say("make_packed4", make_packed4(5).a, make_packed4(5).b);
        Say("packed_floats", packed_floats(new PackedFloats { a = 1, b = 2, c = 3 }));
    }

    static void Buffers()
    {
        Floats f = make_floats(1);
        Say("make_floats", f.v[0], f.v[1], f.v[2]);
        Say("floats", floats(f));
        IntFloats g = make_int_floats(1);
        Say("make_int_floats", g.q, g.v[0], g.v[1], g.v[2]);
        Say("int_floats", int_floats(g));
        TwoDoubles d;
        d.v[0] = 1;
        d.v[1] = 2;
        Say("two_doubles", two_doubles(d));
        Say("bytes16", bytes16(Sixteen(1), 2));
        Bytes17 b = make_bytes17(1);
        Say("bytes17", bytes17(b, 2), b.v[0], b.v[16]);
        Bytes3 three = make_bytes3(7);
        Say("make_bytes3", three.v[0], three.v[1], three.v[2]);
        Say("sized", sized(new Sized { a = 4 }, 7), make_sized(3).a);
        Say("nested", nested(make_nested(1)));
        Say("nested9", nested9(new Nested9 { a = three, b = three, c = three }, 1));
    }

    static void Converted()
    {
        Say("flag", flag(new Flag { truth = true, f = 2 }, 3), make_flag(2).truth, make_flag(2).f);
        Say("text", text(new Text { text = "four", d = 2 }, 3), make_text(5).text == null, make_text(5).d);
        Say("embedded", embedded(new Embedded { name = "abc", v = new float[] { 1, 2, 3 } }, 4));
    }

    static void Exhausted()
    {
        var s = new LD { a = 1, b = 2 };
        Say("last_integer", last_integer(1, 1, 1, 1, 1, 1, s, 3, 4));
        Say("no_integer", no_integer(1, 1, 1, 1, 1, 1, 1, s, 3, 4));
        Say("one_integer", one_integer(Sixteen(1), 1, 1, 1, Sixteen(2), 3, 4));
        var d = new Doubles { a = 1, b = 2 };
        Say("one_float", one_float(d, d, d, 1, d, 4, 3));
        Bytes17 r = into_memory(1, 2, 3, 4, Sixteen(1), 9);
        Say("into_memory", r.v[0], r.v[1], r.v[2]);
    }

    static void Callbacks()
    {
        Say("call_int_or_float", call_int_or_float((u, x) => new IntOrFloat { f = u.f + x, d = u.d - x }));
        Say("call_packed5", call_packed5((p, x, q) => new Packed5 { a = (byte)(p.a + q.a), b = p.b + x + q.b + (int)q.c }));
        Say("call_floats", call_floats((a, b, c) =>
        {
            a.v[0] += b.v[2];
            a.v[2] += b.q + c;
            return a;
        }));
        Say("call_many", call_many((d, a, b, c, e, f, s, t, u, y) =>
            new LD { a = a + b + c + e + f + s.a + t.v[16] + u.a, b = d + s.b + u.b + y }));
        Say("call_flag", call_flag((f, t) => new Flag { truth = f.truth, f = t.text.Length + f.f * 10 + (float)t.d }));
        var change = (OnIntOrFloat)Marshal.GetDelegateForFunctionPointer(get_int_or_float(), typeof(OnIntOrFloat));
        IntOrFloat changed = change(new IntOrFloat { f = 1, d = 2 }, 3);
        Say("change", changed.f, changed.d);
    }

    static void Main()
    {
        Explicit();
        Packed();
        Buffers();
        Converted();
        Exhausted();
        Callbacks();
    }
}
