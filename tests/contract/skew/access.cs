// What was public is not. mono is lenient with programs that have unsafe code.
// prints Access: FieldAccessExceptionMethodAccessExceptionMethodAccessException67
// refuses Access:Called method.names
// refuses Access:Field method.names
// refuses Access:Inlined method.body
#if LIBRARY
namespace Lib
{
    public class Access
    {
#if access
        internal static int inlinedField = 7;
        internal static int field = 3;
        internal static int Inlined() { return 4; }
        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        internal static int Called() { return 5; }
#else
        public static int inlinedField = 7;
        public static int field = 3;
        public static int Inlined() { return 4; }
        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        public static int Called() { return 5; }
#endif
        public static int Open() { return 6; }
        public static int Through() { return inlinedField; }
    }
}
#else
static class Access
{
    static int Field() { return Lib.Access.field; }
    static int Inlined() { return Lib.Access.Inlined(); }
    static int Called() { return Lib.Access.Called(); }
    static int Open() { return Lib.Access.Open(); }
    static int Through() { return Lib.Access.Through(); }
    static string Try(System.Func<int> f) { try { return f().ToString(); } catch (System.Exception e) { return e.GetType().Name; } }
    public static string Run() { return Try(Field) + Try(Inlined) + Try(Called) + Try(Open) + Try(Through); }
}
#endif
