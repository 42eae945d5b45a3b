// Protected regions inside finally handlers, and variables that outlive all of them.
using System;
using System.Runtime.CompilerServices;

static class NestedFinally
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    static int Square(int x) { return x * x; }

    static int Two()
    {
        int x = 0;
        try {
        } finally {
            try {
                x += Square(3);
            } finally {
                x -= 4;
            }
        }
        return x;
    }

    static int Four(bool fail)
    {
        int x = 0;
        try {
            Square(1);
        } finally {
            try {
                x++;
            } finally {
                x += 10;
                try {
                    Square(2);
                } finally {
                    x += 5;
                    try {
                        if (fail)
                            throw new InvalidOperationException(x.ToString());
                        x += 100;
                    } finally {
                        try {
                            Square(1);
                        } finally {
                            x += 1000;
                            Console.WriteLine("innermost {0}", x);
                        }
                    }
                }
            }
        }
        return x;
    }

    static string Caught()
    {
        int before = 0, after = 0;
        string text = "";
        for (int i = 0; i < 4; i++) {
            try {
                before += i;
                if (i == 2)
                    continue;
            } finally {
                try {
                    if (i % 2 == 1)
                        throw new ArgumentException("odd " + before);
                    after += before;
                } catch (ArgumentException e) {
                    text += e.Message + ";";
                    after += 100;
                } finally {
                    lock (text)
                        after++;
                }
            }
            after += 10;
        }
        return text + before + " " + after;
    }

    static void Main()
    {
        Console.WriteLine("{0} {1}", Two(), Four(false));
        try {
            Four(true);
        } catch (InvalidOperationException e) {
            Console.WriteLine(e.Message);
        }
        Console.WriteLine(Caught());
    }
}
