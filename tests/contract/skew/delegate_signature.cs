// The delegate takes something else.
// refuses DelegateSignature:Invoke method.names
#if LIBRARY
namespace Lib
{
#if delegate_signature
    public delegate string Handler(object o);
#else
    public delegate string Handler(string s);
#endif
    public delegate string StaysAs(string s);
}
#else
static class DelegateSignature
{
    static string Target(object s) { return "target " + s; }
    static string Invoke(Lib.Handler h) { return h("text"); }
    static string Unchanged(Lib.StaysAs h) { return h("text"); }
    static string Try(System.Func<string> f) { try { return f(); } catch (System.Exception e) { return e.GetType().Name; } }
    public static string Run()
    {
        return Try(() => Invoke((Lib.Handler)System.Delegate.CreateDelegate(typeof(Lib.Handler), typeof(DelegateSignature), "Target", false, false))) +
               Try(() => Unchanged(Target));
    }
}
#endif
