// The method is not virtual any more: nothing of a derived class takes its place.
// refuses VirtualRemoved:Call method.slot
#if LIBRARY
namespace Lib
{
    public class VirtualRemoved
    {
#if !virtual_removed
        public virtual
#else
        public
#endif
            string Call() { return "base"; }
        public string Plain() { return "plain"; }
    }
}
#else
class OfVirtualRemoved : Lib.VirtualRemoved { public override string Call() { return "derived"; } }
static class VirtualRemoved
{
    static string Call(Lib.VirtualRemoved v) { return v.Call(); }
    static string Plain(Lib.VirtualRemoved v) { return v.Plain(); }
    public static string Run() { return Call(new OfVirtualRemoved()) + Plain(new OfVirtualRemoved()); }
}
#endif
