// A virtual method behind all others moves those of derived classes alone.
// refuses VirtualLast:Derived method.slot
#if LIBRARY
namespace Lib
{
    public class VirtualLast
    {
        public virtual string First() { return "first"; }
#if virtual_last
        public virtual string Added() { return "added"; }
#endif
    }
}
#else
class OfVirtualLast : Lib.VirtualLast { public virtual string Derived() { return "derived"; } }
static class VirtualLast
{
    static string First(Lib.VirtualLast v) { return v.First(); }
    static string Derived(OfVirtualLast v) { return v.Derived(); }
    public static string Run() { return First(new Lib.VirtualLast()) + Derived(new OfVirtualLast()); }
}
#endif
