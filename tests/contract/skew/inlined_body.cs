// Bodies of small methods: those who have a copy notice.
// refuses InlinedBody:Callee method.body
// refuses InlinedBody:Field method.body
// refuses InlinedBody:Number method.body
// refuses InlinedBody:Text method.body
// refuses InlinedBody:Type method.body
#if LIBRARY
namespace Lib
{
    public static class InlinedBody
    {
        public static int a = 1, b = 2;
        static int A() { return 10; }
        static int B() { return 20; }
#if inlined_body
        public static int Number() { return 0x1458; }
        public static string Text() { return "Text"; }
        public static int Callee() { return B(); }
        public static int Field() { return b; }
        public static object Type() { return new System.Version(); }
#else
        public static int Number() { return 0x1457; }
        public static string Text() { return "text"; }
        public static int Callee() { return A(); }
        public static int Field() { return a; }
        public static object Type() { return new object(); }
#endif
        public static int Other() { return 4; }
    }
}
#else
static class InlinedBody
{
    static int Number() { return Lib.InlinedBody.Number(); }
    static string Text() { return Lib.InlinedBody.Text(); }
    static int Callee() { return Lib.InlinedBody.Callee(); }
    static int Field() { return Lib.InlinedBody.Field(); }
    static object Type() { return Lib.InlinedBody.Type(); }
    static int Other() { return Lib.InlinedBody.Other(); }
    public static string Run() { return Number() + Text() + Callee() + Field() + Type() + Other(); }
}
#endif
