// A body that is called where it lies.
#if LIBRARY
using System.Runtime.CompilerServices;
namespace Lib
{
    public class CalledBody
    {
        [MethodImpl(MethodImplOptions.NoInlining)]
#if called_body
        public static string Text() { return "new" + 5; }
#else
        public static string Text() { return "old"; }
#endif
        public virtual int Virtual()
        {
#if called_body
            return 2;
#else
            return 1;
#endif
        }
    }
}
#else
static class CalledBody
{
    static string Static() { return Lib.CalledBody.Text(); }
    static int Virtual(Lib.CalledBody b) { return b.Virtual(); }
    public static string Run() { return Static() + Virtual(new Lib.CalledBody()); }
}
#endif
