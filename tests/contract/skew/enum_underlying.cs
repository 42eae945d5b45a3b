// An enumeration is narrower. Code that got a pointer or an array says itself how much it reads.
// refuses EnumUnderlying:Boxed method.layout
// refuses EnumUnderlying:Field method.layout
// refuses EnumUnderlying:Local method.layout
// refuses EnumUnderlying:Own method.field
// refuses EnumUnderlying:Passed method.layout
// refuses EnumUnderlying:Result method.layout
// refuses EnumUnderlying:Run method.field
// refuses EnumUnderlying:Static method.layout
// refuses OwnEnumHolder:.ctor method.field
#if LIBRARY
namespace Lib
{
#if enum_underlying
    public enum Small : byte { A = 1, B = 2 }
#else
    public enum Small { A = 1, B = 2 }
#endif
    public class EnumHolder
    {
        public Small small = Small.B;
        public byte next = 1;
        public static Small shared = Small.A;
        public static byte sharedNext = 1;
        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        public static Small Give() { return Small.B; }
        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        public static string Take(Small s) { return s.ToString(); }
        public static int Other() { return 3; }
    }
}
#else
class OwnEnumHolder { public Lib.Small small = Lib.Small.B; public byte next = 255; }
static class EnumUnderlying
{
    static int Field(Lib.EnumHolder h) { return (int)h.small; }
    static int Array(Lib.Small[] a) { int n = 0; for (int i = 0; i < a.Length; i++) n += (int)a[i]; return n; }
    static int Local(int n) { Lib.Small s = (Lib.Small)n; return (int)s; }
    static string Passed() { return Lib.EnumHolder.Take(Lib.Small.B); }
    static int Result() { return (int)Lib.EnumHolder.Give(); }
    static object Boxed() { return Lib.Small.A; }
    static int Static() { return (int)Lib.EnumHolder.shared; }
    static int Reference(ref Lib.Small s) { return (int)s; }
    static int Own(OwnEnumHolder h) { return (int)h.small * 1000 + h.next; }
    static int Other() { return Lib.EnumHolder.Other(); }
    public static string Run()
    {
        var h = new Lib.EnumHolder();
        return Field(h) + " " + Array(new[] { Lib.Small.A, Lib.Small.B }) + Local(258) + Passed() + Result() + Boxed() + Static() + Reference(ref h.small) + Own(new OwnEnumHolder()) + Other();
    }
}
#endif
