// What a copied body calls has another name. Its bytes may be the same.
// refuses CalleeRenamed:Use method.body
#if LIBRARY
using System.Runtime.CompilerServices;
namespace Lib
{
    public static class CalleeRenamed
    {
#if callee_renamed
        [MethodImpl(MethodImplOptions.NoInlining)] static string After() { return "after"; }
        public static string Use() { return After(); }
#else
        [MethodImpl(MethodImplOptions.NoInlining)] static string Before() { return "before"; }
        public static string Use() { return Before(); }
#endif
    }
}
#else
static class CalleeRenamed
{
    static string Use() { return Lib.CalleeRenamed.Use(); }
    public static string Run() { return Use(); }
}
#endif
