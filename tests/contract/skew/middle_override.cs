// A class between overrides what the root has: the slot stays, what is in it does not.
#if LIBRARY
namespace Lib
{
    public class Root { public virtual string Name() { return "root"; } }
    public class Middle : Root
    {
#if middle_override
        public override string Name() { return "middle"; }
#endif
    }
}
#else
class Leaf : Lib.Middle { public string Base() { return base.Name(); } }
static class MiddleOverride
{
    static string Call(Lib.Root r) { return r.Name(); }
    static string Middle(Lib.Middle m) { return m.Name(); }
    public static string Run() { return Call(new Leaf()) + Middle(new Leaf()) + new Leaf().Base(); }
}
#endif
