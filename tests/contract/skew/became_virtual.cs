// A call that went straight asks now whether it may; a copy of the body is worthless.
// refuses BecameVirtual:Inlined method.body
// refuses BecameVirtual:Make method.body
#if LIBRARY
namespace Lib
{
    public class BecameVirtual
    {
        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
#if became_virtual
        public virtual string Called() { return "virtual"; }
        public virtual int Inlined() { return 1; }
        public static BecameVirtual Make() { return new BecameVirtualMore(); }
#else
        public string Called() { return "plain"; }
        public int Inlined() { return 1; }
        public static BecameVirtual Make() { return new BecameVirtual(); }
#endif
    }
#if became_virtual
    public class BecameVirtualMore : BecameVirtual
    {
        public override string Called() { return "more"; }
        public override int Inlined() { return 2; }
    }
#endif
}
#else
static class BecameVirtual
{
    static string Called(Lib.BecameVirtual v) { return v.Called(); }
    static int Inlined(Lib.BecameVirtual v) { return v.Inlined(); }
    static object Make() { return Lib.BecameVirtual.Make(); }
    public static string Run()
    {
        var v = (Lib.BecameVirtual)Make();
        return Called(v) + Inlined(v);
    }
}
#endif
