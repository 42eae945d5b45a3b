// The user's argument does not fit any more.
#if LIBRARY
namespace Lib
{
    public static class Constraint
    {
        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
#if constraint
        public static string Of<T>(T x) where T : System.IComparable { return "comparable"; }
#else
        public static string Of<T>(T x) { return "any"; }
#endif
    }
}
#else
class Incomparable { }
static class Constraint
{
    static string Fits() { return Lib.Constraint.Of("text"); }
    static string Not() { return Lib.Constraint.Of(new Incomparable()); }
    public static string Run()
    {
        try { return Fits() + Not(); } catch (System.Exception e) { return e.GetType().Name; }
    }
}
#endif
