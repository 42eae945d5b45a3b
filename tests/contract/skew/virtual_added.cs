// Slots are numbers in code: those behind a new virtual method have moved.
// refuses VirtualAdded:Behind method.slot
// refuses VirtualAdded:Derived method.slot
#if LIBRARY
namespace Lib
{
    public class VirtualAdded
    {
        public virtual string Before() { return "before"; }
#if virtual_added
        public virtual string Added() { return "added"; }
#endif
        public virtual string Behind() { return "behind"; }
        public string Plain() { return "plain"; }
    }
}
#else
class OfVirtualAdded : Lib.VirtualAdded { public virtual string Derived() { return "derived"; } }
static class VirtualAdded
{
    static string Before(Lib.VirtualAdded v) { return v.Before(); }
    static string Behind(Lib.VirtualAdded v) { return v.Behind(); }
    static string Plain(Lib.VirtualAdded v) { return v.Plain(); }
    static string Derived(OfVirtualAdded v) { return v.Derived(); }
    public static string Run()
    {
        var v = new OfVirtualAdded();
        return Before(v) + Behind(v) + Plain(v) + Derived(v);
    }
}
#endif
