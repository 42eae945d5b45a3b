// A field is one of each thread by now, another one of all.
// refuses ThreadStatic:Back method.field
// refuses ThreadStatic:Per method.field
#if LIBRARY
namespace Lib
{
    public static class ThreadStatic
    {
        public static int ready = 1;
#if thread_static
        [System.ThreadStatic]
#endif
        public static int per = 5;
#if !thread_static
        [System.ThreadStatic]
#endif
        public static int back = 6;
    }
}
#else
static class ThreadStatic
{
    static int Per() { return Lib.ThreadStatic.per; }
    static int Back() { return Lib.ThreadStatic.back; }
    public static string Run()
    {
        string all = Lib.ThreadStatic.ready + " " + Per() + " " + Back();
        var thread = new System.Threading.Thread(() => all += " " + Per() + " " + Back());
        thread.Start();
        thread.Join();
        return all;
    }
}
#endif
