// A value type has one field more: whoever has one by value, and nobody who only points at it.
// refuses GrownHolder:.ctor method.field
// refuses StructGrown:Array method.layout
// refuses StructGrown:Behind method.field
// refuses StructGrown:Boxed method.layout
// refuses StructGrown:ByValue method.layout
// refuses StructGrown:Passed method.layout
// refuses StructGrown:Result method.layout
// refuses StructGrown:Run method.field
// refuses StructGrown:Size method.layout
#if LIBRARY
namespace Lib
{
    public struct Grown
    {
        public int a;
#if struct_grown
        public long b;
#endif
        public static int Number() { return 3; }
        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        public static int Take(Grown g) { return g.a; }
        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        public static Grown Give() { return new Grown { a = 12 }; }
    }
}
#else
class GrownHolder { public Lib.Grown grown; public int behind = 9; }
static unsafe class StructGrown
{
    static int ByValue(Lib.Grown g) { return g.a; }
    static int Array(Lib.Grown[] all) { int n = 0; for (int i = 0; i < all.Length; i++) n += all[i].a; return n; }
    static int Size() { return sizeof(Lib.Grown); }
    static int Behind(GrownHolder h) { return h.behind; }
    static int Passed() { return Lib.Grown.Take(new Lib.Grown { a = 4 }); }
    static int Result() { return Lib.Grown.Give().a; }
    static object Boxed(int a) { var g = new Lib.Grown(); g.a = a; return g; }
    static int ByReference(ref Lib.Grown g) { return g.a; }
    static int Static() { return Lib.Grown.Number(); }
    static object Reference(object o) { return o as GrownHolder; }
    public static string Run()
    {
        var g = new Lib.Grown { a = 5 };
        return ByValue(g) + " " + Array(new[] { g, g }) + Size() + Behind(new GrownHolder()) + Passed() + Result() + Boxed(3) + ByReference(ref g) + Static() + Reference(1);
    }
}
#endif
