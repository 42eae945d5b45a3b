// Something runs now before the class is used.
// refuses CctorAdded:Inlined method.body
#if LIBRARY
namespace Lib
{
    public static class CctorAdded
    {
        public static int field;
#if cctor_added
        static CctorAdded() { Log.text += "[cctor]"; field = 5; }
#endif
        public static int Inlined() { return 3; }
        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        public static int Called() { return 4; }
    }
    public static class CctorField
    {
        public static int field;
#if cctor_added
        static CctorField() { Log.text += "[field]"; field = 6; }
#endif
    }
    public static class CctorCall
    {
#if cctor_added
        static CctorCall() { Log.text += "[call]"; }
#endif
        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        public static int Called() { return 4; }
    }
    public static class Log { public static string text = ""; }
}
#else
static class CctorAdded
{
    static int Inlined() { return Lib.CctorAdded.Inlined(); }
    static int Field() { return Lib.CctorField.field; }
    static int Called() { return Lib.CctorCall.Called(); }
    static string Log() { return Lib.Log.text; }
    public static string Run() { return Inlined() + " " + Field() + Called() + Log(); }
}
#endif
