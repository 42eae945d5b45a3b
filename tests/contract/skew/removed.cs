// What is gone is missed where it is used, and not before: mono misses it where the method
// starts.
// prints Removed: notMissingMethodExceptionnotMissingFieldExceptionstays
// refuses Removed:Field method.names
// refuses Removed:Method method.names
// refuses Removed:Run method.subject
#if LIBRARY
namespace Lib
{
    public class Removed
    {
#if !removed
        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        public static string Method() { return "method"; }
        public int field = 3;
#endif
        public static string Stays() { return "stays"; }
    }
}
#else
static class Removed
{
    static string Method(bool really) { return really ? Lib.Removed.Method() : "not"; }
    static string Field(Lib.Removed r, bool really) { return really ? "" + r.field : "not"; }
    static string Stays() { return Lib.Removed.Stays(); }
    static string Try(System.Func<string> f) { try { return f(); } catch (System.Exception e) { return e.GetType().Name; } }
    public static string Run()
    {
        var r = new Lib.Removed();
        return Try(() => Method(false)) + Try(() => Method(true)) + Try(() => Field(r, false)) + Try(() => Field(r, true)) + Stays();
    }
}
#endif
