// Pancake flips over all permutations of N numbers (default 7): integer arrays.
using System;

static class Fannkuch
{
    static int CountFlips(int[] perm, int[] scratch)
    {
        Array.Copy(perm, scratch, perm.Length);
        int flips = 0;
        for (int first = scratch[0]; first != 0; first = scratch[0]) {
            for (int low = 0, high = first; low < high; low++, high--) {
                int t = scratch[low];
                scratch[low] = scratch[high];
                scratch[high] = t;
            }
            flips++;
        }
        return flips;
    }

    // Rotates the first numbers of perm to get the next permutation; false after the last.
    static bool Next(int[] perm, int[] count)
    {
        for (int r = 1; r < perm.Length; r++) {
            int first = perm[0];
            for (int i = 0; i < r; i++)
                perm[i] = perm[i + 1];
            perm[r] = first;
            if (++count[r] <= r)
                return true;
            count[r] = 0;
        }
        return false;
    }

    static void Main(string[] args)
    {
        int n = args.Length > 0 ? int.Parse(args[0]) : 7;
        int[] perm = new int[n], count = new int[n], scratch = new int[n];
        for (int i = 0; i < n; i++)
            perm[i] = i;
        int max = 0, checksum = 0, index = 0;
        do {
            int flips = CountFlips(perm, scratch);
            max = Math.Max(max, flips);
            checksum += (index++ & 1) == 0 ? flips : -flips;
        } while (Next(perm, count));
        Console.WriteLine("{0}\nPfannkuchen({1}) = {2}", checksum, n, max);
    }
}
