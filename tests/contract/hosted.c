/* hosted.c - native code that Hosted.cs calls. */
typedef int Function(int n);

int hosted_call(Function *function, int n);

int hosted_call(Function *function, int n)
{
    return function(n) + 1;
}
