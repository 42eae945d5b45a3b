// Interfaces are implemented in other ways than before.
// refuses InterfaceExplicit:Direct method.body
#if LIBRARY
namespace Lib
{
    public interface IExplicit { string Name(); }
    public class Explicit : IExplicit
    {
        public string Name() { return "public"; }
#if interface_explicit
        string IExplicit.Name() { return "explicit"; }
#endif
    }
    public class LateDisposable
#if interface_explicit
        : System.IDisposable
#endif
    {
        public void Dispose() { }
    }
}
#else
static class InterfaceExplicit
{
    static string Through(Lib.IExplicit e) { return e.Name(); }
    static bool Disposable(object o) { return o is System.IDisposable; }
    static string Direct(Lib.Explicit e) { return e.Name(); }
    public static string Run()
    {
        return Through(new Lib.Explicit()) + Direct(new Lib.Explicit()) + Disposable(new Lib.LateDisposable());
    }
}
#endif
