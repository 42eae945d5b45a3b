// The base class is another one, with more fields.
// refuses BaseChanged:Derived method.field
// refuses BaseChanged:Own method.field
// refuses BaseChanged:Run method.body
// refuses OfChanges:.ctor method.body
#if LIBRARY
namespace Lib
{
    public class OldBase { public int x = 1; }
    public class NewBase { public int x = 1, y = 2; public string z = "z"; }
#if base_changed
    public class Changes : NewBase
#else
    public class Changes : OldBase
#endif
    {
        public int own = 3;
        public static int Other() { return 4; }
    }
}
#else
class OfChanges : Lib.Changes { public int derived = 5; }
static class BaseChanged
{
    static int Own(Lib.Changes c) { return c.own; }
    static int Derived(OfChanges c) { return c.derived; }
    static bool Is(object o) { return o is Lib.OldBase; }
    static int Other() { return Lib.Changes.Other(); }
    public static string Run() { var c = new OfChanges(); return Own(c) + " " + Derived(c) + Is(c) + Other(); }
}
#endif
