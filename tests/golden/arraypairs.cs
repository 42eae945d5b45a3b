// What a loop reads stays while the loop lasts, whatever is stored beside it.
using System;
using System.Runtime.CompilerServices;

class Item
{
    public int number;
    public string text;
}

class Wrapped
{
    public Item item;
    public int at;
}

static unsafe class Program
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    static Item[] Make(int n)
    {
        var items = new Item[n];
        for (int i = 0; i < n; i++)
            items[i] = new Item { number = i, text = "item " + i };
        return items;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static void Churn(int i)
    {
        if (i % 16 != 3)
            return;
        GC.Collect();
        for (int k = 0; k < 50; k++) {
            var junk = new object[200];
            for (int j = 0; j < junk.Length; j++)
                junk[j] = junk;
        }
    }

    // Both arrays are walked through together; nothing but the loop knows the first.
    [MethodImpl(MethodImplOptions.NoInlining)]
    static Wrapped[] Wrap(int n)
    {
        Item[] items = Make(n);
        var wrapped = new Wrapped[n];
        for (int i = 0; i < items.Length; i++) {
            Item item = items[i];
            if (string.IsNullOrEmpty(item.text))
                break;
            Churn(i);
            wrapped[i] = new Wrapped { item = item, at = i };
        }
        return wrapped;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static Item[] Three(int n)
    {
        Item[] a = Make(n), b = Make(n);
        var chosen = new Item[n];
        for (int i = 0; i < n; i++) {
            Item x = a[i], y = b[i];
            Churn(i);
            chosen[i] = (x.number + y.number) % 3 == 0 ? x : y;
        }
        return chosen;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static int[] Numbers(int n, int first)
    {
        var numbers = new int[n];
        for (int i = 0; i < n; i++)
            numbers[i] = first + i;
        return numbers;
    }

    // Pinned arrays are known by numbers alone.
    [MethodImpl(MethodImplOptions.NoInlining)]
    static long Pinned(int n)
    {
        long sum = 0;
        fixed (int* a = Numbers(n, 1), b = Numbers(n, 1000))
        {
            for (int i = 0; i < n; i++) {
                sum += a[i] * (long)b[i];
                Churn(i);
            }
            int* p = a + n, q = b + n;
            while (q > b) {
                Churn((int)(q - b));
                sum ^= *--p + *--q;
            }
        }
        return sum;
    }

    static int Main()
    {
        const int N = 200;
        int good = 0;
        var wrapped = Wrap(N);
        for (int i = 0; i < N; i++)
            if (wrapped[i].item.number == i && wrapped[i].at == i && wrapped[i].item.text == "item " + i)
                good++;
        Console.WriteLine(good);
        good = 0;
        foreach (Item item in Three(N))
            if (item.text == "item " + item.number)
                good++;
        Console.WriteLine(good);
        Console.WriteLine(Pinned(N));
        return 0;
    }
}
