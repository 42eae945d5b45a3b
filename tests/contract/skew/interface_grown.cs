// The interface has one method more, in front, and all classes of the library have it.
#if LIBRARY
namespace Lib
{
    public interface IGrown
    {
#if interface_grown
        string Added();
#endif
        string Name();
        int Number();
    }
    public class Grows : IGrown
    {
        public string Added() { return "added"; }
        public string Name() { return "name"; }
        public int Number() { return 4; }
    }
}
#else
static class InterfaceGrown
{
    static string Name(Lib.IGrown g) { return g.Name(); }
    static int Number(Lib.IGrown g) { return g.Number(); }
    static int Constrained<T>(T g) where T : Lib.IGrown { return g.Number(); }
    public static string Run() { var g = new Lib.Grows(); return Name(g) + Number(g) + Constrained(g); }
}
#endif
