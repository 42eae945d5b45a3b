// A class that is derived in the library overrides now.
#if LIBRARY
namespace Lib
{
    public class SubBase { public virtual string Name() { return "base"; } }
    public class Sub : SubBase
    {
#if sub_override
        public override string Name() { return "sub"; }
        public override string ToString() { return "text"; }
#endif
    }
}
#else
static class SubOverride
{
    static string Call(Lib.SubBase b) { return b.Name(); }
    static string Own(Lib.Sub s) { return s.Name() + s; }
    public static string Run() { return Call(new Lib.Sub()) + Own(new Lib.Sub()); }
}
#endif
