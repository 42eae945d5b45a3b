// Packing, explicit places, a given size and the length of a buffer.
// refuses ExplicitLayout:Buffer method.layout
// refuses ExplicitLayout:Moved method.layout
// refuses ExplicitLayout:Packed method.layout
// refuses ExplicitLayout:Run method.layout
// refuses ExplicitLayout:Sized method.layout
#if LIBRARY
using System.Runtime.InteropServices;
namespace Lib
{
#if explicit_layout
    [StructLayout(LayoutKind.Sequential, Pack = 1)] public struct Packed { public byte a; public int b; }
    [StructLayout(LayoutKind.Explicit)] public struct Moved { [FieldOffset(8)] public int a; [FieldOffset(0)] public int b; }
    [StructLayout(LayoutKind.Sequential, Size = 32)] public struct Sized { public int a; }
    public unsafe struct Buffer { public fixed int numbers[8]; public int behind; }
#else
    public struct Packed { public byte a; public int b; }
    [StructLayout(LayoutKind.Explicit)] public struct Moved { [FieldOffset(0)] public int a; [FieldOffset(8)] public int b; }
    public struct Sized { public int a; }
    public unsafe struct Buffer { public fixed int numbers[4]; public int behind; }
#endif
    public struct Unmoved { public int a, b; }
}
#else
static unsafe class ExplicitLayout
{
    static int Packed(Lib.Packed p) { return p.b * 100 + sizeof(Lib.Packed); }
    static int Moved(Lib.Moved m) { return m.b; }
    static int Sized(Lib.Sized[] s) { return s[1].a * 100 + sizeof(Lib.Sized); }
    static int Buffer(Lib.Buffer b) { b.numbers[0] = 3; return b.behind * 100 + b.numbers[0]; }
    static int Unmoved(Lib.Unmoved s) { return s.b; }
    public static string Run()
    {
        return Packed(new Lib.Packed { b = 3 }) + " " + Moved(new Lib.Moved { b = 4 }) + " " + Sized(new Lib.Sized[2]) + " " +
               Buffer(new Lib.Buffer { behind = 6 }) + Unmoved(new Lib.Unmoved { b = 5 });
    }
}
#endif
