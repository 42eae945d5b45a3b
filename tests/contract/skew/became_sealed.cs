// Less is known than could be, and that is no harm.
#if LIBRARY
namespace Lib
{
    public class BecameSealedBase { public virtual int Number() { return 2; } }
#if became_sealed
    sealed
#endif
    public class BecameSealed : BecameSealedBase
    {
        public override string ToString() { return "closed"; } 
        public override int Number() { return 3; }
    }
}
#else
static class BecameSealed
{
    static string Describe(Lib.BecameSealed s) { return s.ToString(); }
    static int Number(Lib.BecameSealed s) { return s.Number(); }
    static void Store(Lib.BecameSealed[] a, Lib.BecameSealed s) { a[0] = s; }
    static bool Is(object o) { return o is Lib.BecameSealed; }
    public static string Run()
    {
        var s = new Lib.BecameSealed();
        Store(new Lib.BecameSealed[1], s);
        return Describe(s) + Number(s) + Is(s);
    }
}
#endif
