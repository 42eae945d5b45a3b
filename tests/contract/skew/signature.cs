// Signatures that differ in ref, in modifiers or in the number of parameters: another method.
// refuses Signature:Default method.names
// refuses Signature:Modified method.names
// refuses Signature:Reference method.names
// refuses Signature:Result method.names
#if LIBRARY
namespace Lib
{
    public static class Signature
    {
        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
#if signature
        public static int Reference(ref int x) { return x + 1; }
#else
        public static int Reference(int x) { return x; }
#endif
        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
#if signature
        public static int Default(int x, int y = 5) { return x + y; }
#else
        public static int Default(int x) { return x; }
#endif
        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
#if signature
        public static int OutOfRef(out int x) { x = 8; return 2; }
#else
        public static int OutOfRef(ref int x) { return x; }
#endif
        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
#if signature
        public static long Result() { return 12; }
#else
        public static int Result() { return 11; }
#endif
#if signature
        public static volatile int modified = 6;
#else
        public static int modified = 6;
#endif
    }
}
#else
static class Signature
{
    static int Reference() { return Lib.Signature.Reference(3); }
    static int Default() { return Lib.Signature.Default(3); }
    static int OutOfRef() { int x = 3; return Lib.Signature.OutOfRef(ref x) + x; }
    static int Result() { return Lib.Signature.Result(); }
    static int Modified() { return Lib.Signature.modified; }
    static string Try(System.Func<int> f) { try { return f().ToString(); } catch (System.Exception e) { return e.GetType().Name; } }
    public static string Run() { return Try(Reference) + Try(Default) + Try(OutOfRef) + Try(Result) + Try(Modified); }
}
#endif
